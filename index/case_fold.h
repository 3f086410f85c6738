#pragma once
/*
 * Text as it is compared when case must not matter: what differs only by case, or by how an accented or a wide
 * letter is written in Unicode, becomes the same. Both sides are folded by this one function. Pure; any thread.
 */
#include <glib.h>
#include <stdbool.h>

/* Any bytes; what is no UTF-8 is replaced. Case-folded NFKD. The caller owns it. */
char *case_fold(const char *text);

/* Does TEXT (NULL: nothing does), folded, hold FOLDED, which case_fold made? */
bool case_fold_holds(const char *text, const char *folded);
