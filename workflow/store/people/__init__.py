"""People in the store, beside the register of accounts: who is signed in, what they sent in vain, who did what in tasks."""
