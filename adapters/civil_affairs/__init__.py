"""Civil affairs 民政: classification, assessment, placement and benefits, in civil affairs' own
words."""
