"""What a plan is lowered to: `keras`, `python`, `text`; each module is imported when it is asked for."""
