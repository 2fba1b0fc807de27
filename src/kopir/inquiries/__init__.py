"""Inquiries: what readers of a website tell its body, a fault of a page or a question, and what the body answers.

Words: an *inquiry* has a *number*, which may be read aloud, and a *secret*; with both its sender sees how it stands.
Doors: `actions` (send_inquiry, answer_inquiry), `queries`, `errors`. Never: words or addresses in the clear in a table
or in the record, an inquiry for the eyes of another body, or mail to an address before a person answers.
"""
