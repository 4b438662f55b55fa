"""The workspace (工作台): the pages that officials, child directors and reporters use.

Server-rendered Chinese pages over the same doors as the API; no rule lives in a page. Every page
works without JavaScript, and none asks for anything beyond this machine.
"""
