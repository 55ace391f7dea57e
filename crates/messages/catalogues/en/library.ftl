### What the library says: of files, folders, clues, and why
