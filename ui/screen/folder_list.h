#pragma once
/*
 * All that can be opened from the folders pane, with its counters: merged views, accounts, folders. Read
 * anew from the stores when something changed; between two readings it is constant. UI thread.
 */
#include "ui/screen/asker.h"
#include "ui/screen/view.h"

typedef struct FolderEntry {
	View *view;       /* NULL: the heading of an account, or of the saved views (account -1) */
	int account;      /* -1: of all */
	char *name;       /* of the folder in its account; NULL: none */
	CleanText *label; /* as the pane shows it */
	int depth;        /* 0: accounts and what stands beside them */
	FolderRole role;
	int state;          /* FolderRow's */
	CleanText *held;    /* why it is held; NULL */
	CleanText *mistake; /* why the config's account is not used; NULL: it is */
	int64_t messages, unread, bodies;
} FolderEntry;

typedef struct FolderList FolderList;

/* EVENTS hears EVENT_FOLDERS after each reading. CONFIG: whose views, and accounts with mistakes, are shown
 * too; NULL: none. The caller owns it. */
FolderList *folder_list_new(Asker *asker, Events *events, const Config *config);
void folder_list_free(FolderList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FolderList, folder_list_free)

/* Reads anew, soon. */
void folder_list_load(FolderList *list);
bool folder_list_is_loaded(const FolderList *list);

size_t folder_list_length(const FolderList *list);
const FolderEntry *folder_list_at(
	const FolderList *list, size_t place); /* valid until the next reading */

/* The entry of a view, or NULL. */
const FolderEntry *folder_list_find(const FolderList *list, const View *view, size_t *place);

/* The next entry that can be opened, STEP (1 or -1) from PLACE on; with unread mail if UNREAD. Wraps only
 * for UNREAD, and ends before the entry of LAST (may be NULL). NULL: there is none. */
const FolderEntry *folder_list_next(const FolderList *list, size_t place, int step, bool unread,
	const View *last, size_t *found);

/* The folder whose "account/name" is NAME; or NULL. */
const FolderEntry *folder_list_named(const FolderList *list, const char *name);

/*
 * The folders and views that TEXT may mean, whatever the case, the best first: its whole "account/name" or
 * name, the beginnings of parts of it ("h/in" is home/INBOX), a piece of it. Those of ACCOUNT (-1: none) come
 * before others as good. Of FolderEntry, valid until the next reading; the array is the caller's.
 */
GPtrArray *folder_list_matches(const FolderList *list, const char *text, int account);

/* The view to start with: all inboxes, or the one of a single account. The caller owns it. */
View *folder_list_inbox_view(Asker *asker);
