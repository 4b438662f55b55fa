"""Welfare and protection institutions 儿童福利和救助保护机构: service plans (服务计划)."""
