"""Sheets in and out, without knowledge of any agency.

``columns`` describes a sheet, ``sheets`` reads one, ``templates`` writes one. ``containers``,
``ole`` and ``cells`` are the parts of reading: what kind of file it is and whether it is safe to
parse, the old .xls container, and the text of one cell.
"""
