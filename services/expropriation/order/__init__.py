"""The order of a programme (先签约、先搬迁、先受益): who signs and moves when, and until when."""
