#pragma once
/*
 * What a list shows: a folder, a merged view over accounts, or a search. Plain data, never changed once
 * made. Any thread.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "backend/envelopes.h"
#include "index/clean_text.h"
#include "ui/screen/list_order.h"

typedef enum ViewKind {
	VIEW_INBOXES, /* of ACCOUNT, or of all (-1) */
	VIEW_FLAGGED,
	VIEW_FOLDER, /* FOLDER of ACCOUNT */
	VIEW_SEARCH, /* QUERY */
} ViewKind;

enum { VIEW_ALL_ACCOUNTS = -1 };

typedef struct View {
	ViewKind kind;
	int account;
	int64_t folder;
	char *query;
	char *narrow;     /* of these rows, those whose sender or subject holds this; NULL: all */
	CleanText *title; /* "work/Lists", "All inboxes" */
	ListOrder order;
} View;

View *view_new(ViewKind kind, int account, const char *title);
View *view_new_folder(int account, int64_t folder, const char *title);
View *view_new_search(const char *query, const char *title); /* TITLE NULL: [QUERY] */
View *view_new_narrowed(const View *wide, const char *text); /* WIDE is not narrowed */
View *view_new_ordered(const View *view, ListOrder order);
View *view_copy(const View *view);
void view_free(View *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(View, view_free)

/* Does it show copies of one folder, all or some? Else it shows several folders' mail. */
bool view_is_in_folder(const View *view);
bool view_is_folder(const View *view); /* such a one, and whole */
bool view_is_found(const View *view);  /* its rows are looked for, in the index or one by one */
bool view_is_held(const View *view); /* all its rows are known, as they were found or are sorted */
bool view_is_same(const View *one, const View *other); /* however they are sorted */
/* What is asked of each store for a view that is no search: all but where, and how much. */
PageAsk view_page(const View *view);
