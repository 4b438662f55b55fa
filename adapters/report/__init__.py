"""The mandatory report (强制报告), which every seat may file."""
