"""What tests share: real servers (PostgreSQL, the web application) and a real browser.

No test lives here, and no stand-in for a part of the product.
"""
