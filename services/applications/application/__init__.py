"""Applications (申请): a household asks for a guarantee, and where its file stands."""
