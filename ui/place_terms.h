#pragma once
/*
 * Which copies of a message a query is about: an index finds messages, and what is moved is copies. Its folder: and
 * path: terms say; where it has none, all but those in Sent, Drafts, Trash, Junk and All. Pure.
 */
#include <glib.h>
#include <stdbool.h>

#include "backend/envelopes.h"

typedef struct PlaceTerms PlaceTerms;

PlaceTerms *place_terms_new(const char *query);
void place_terms_free(PlaceTerms *terms);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlaceTerms, place_terms_free)

/* PATH: of the folder, below the mail root ("work/INBOX"). */
bool place_terms_mean(const PlaceTerms *terms, const char *path, FolderRole role);
