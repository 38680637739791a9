"""melanokine: an open, checked and fast virtual clinic for interleukin immunotherapy of melanoma."""

__version__ = "0.1.0"
