"""Models, doses and data in the formats of other tools, in and out."""
