"""What each agency sends in and does with what it is asked: a module of its own for each.

A sender is a function under ``@sends``, a way to work a kind of referral one under ``@handles``;
both are found by themselves (hub/demo/offices/registry.py).
"""
