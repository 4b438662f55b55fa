"""Education 教育: the school roll, attendance and the dropout ledger, in a school's own words."""
