"""The 十四五 project library: parcel, year, priority."""
