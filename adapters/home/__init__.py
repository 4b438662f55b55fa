"""Small renovations of the homes of children in difficulty (追光小屋 居室微改造), step by step."""
