#pragma once
/*
 * What lies in an account's directory and may do harm unseen: folders named .Folder, as Maildir++ has them, in a local
 * tree of plain ones (a tree is read in one form); and the state of mbsync, which would take what curlew fetches for new
 * mail of the user's, as curlew would what mbsync fetches. One thread.
 */
#include "backend/config.h"

/* A sentence on that; NULL: there is nothing. NEWS: only what is not read, and mbsync where it ran since curlew has this
 * mail. The caller owns it. */
char *tree_sentence(const AccountConfig *account, bool news);
