"""How rows are bound to the transactions that wrote them: their canonical text, and the book of seals."""
