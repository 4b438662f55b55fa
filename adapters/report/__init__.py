"""The mandatory report (强制报告), which every seat may file."""

from __future__ import annotations

from adapters.report import mandatory

KINDS = (mandatory.KIND,)
