"""Policies: judged before they are tried."""
