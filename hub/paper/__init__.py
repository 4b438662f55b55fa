"""What is printed: documents of lines and chapters, and the file that a printer takes."""
