#pragma once
/*
 * Folders of a local account named .Folder, as Maildir++ has them, beside or below plain ones: a tree is read in one
 * form, and nobody should have to find that out alone. One thread.
 */
#include "backend/config.h"

/* A sentence that says how many there are; NULL: none, or the account is not local. The caller owns it. */
char *dotted_folders_sentence(const AccountConfig *account);
