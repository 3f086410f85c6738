#pragma once
/*
 * Maildir++ folders of a local account: directories named .Folder beside or below the folders that are
 * read. They are not read yet, and nobody should have to find that out alone. One thread.
 */
#include "backend/config.h"

/* A sentence that says how many there are; NULL: none, or the account is not local. The caller owns it. */
char *dotted_folders_sentence(const AccountConfig *account);
