"""Accounts (登录账户): how people sign in to the workspace, and the sessions that follow.

Who somebody is, and at which post, is the directory's (:mod:`hub.directory`); here is only what
proves it. Nothing that opens anything is kept as it is: passwords as Argon2id hashes, links and
sessions as keyed hashes, second factors sealed.
"""
