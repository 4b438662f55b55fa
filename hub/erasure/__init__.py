"""Erasing a child's file (个人信息保护法 47): its steps, its journal, its receipt."""
