#pragma once
/*
 * What the user does to messages. It is shown at once; which copies it means is looked up on the store's thread; the
 * agent of each account that has one is asked, and what they refuse is said and shown as it was. Remembers what was
 * done, so that it can be taken back whole. UI thread.
 */
#include "ui/screen/target.h"
#include "ui/screen/view.h"

typedef struct App App;
typedef struct Acts Acts;

typedef enum ActKind {
	ACT_READ,
	ACT_UNREAD,
	ACT_FLAG,
	ACT_UNFLAG,
	ACT_DELETE,
	ACT_PURGE, /* for ever, out of Trash or Junk: nothing takes it back, from nowhere */
	ACT_ARCHIVE,
	ACT_JUNK,
	ACT_MOVE,
	ACT_COPY,
	ACT_TAG,
	ACT_UNTAG,
	ACT_COUNT,
} ActKind;

typedef struct Act {
	ActKind kind;
	int account;      /* ACT_MOVE, ACT_COPY: whose folder it is; else ignored */
	const char *name; /* of that folder; of the tag; else NULL */
} Act;

Acts *acts_new(App *app);
void acts_free(Acts *acts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Acts, acts_free)

/*
 * Does ACT to TARGETS (of Target, never changed once made), which stand in VIEW. Flags and tags reach every copy in all
 * accounts; what moves is, in a folder, its copy, else the copies but for those in Sent, Drafts, Trash, Junk and All (of
 * all inboxes: those that lie in one).
 */
void acts_do(Acts *acts, const Act *act, const View *view, GPtrArray *targets);

/* The same to ROW, which was read and stands in VIEW: it is marked so, without a word and not as a deed of the user's:
 * what was done before is still what is undone next. */
void acts_mark_read(Acts *acts, const View *view, const ListRow *row);

/* What a prompt is about, from its begin to its end, whatever the list does meanwhile. VIEW is copied, TARGETS
 * referenced; acts_kept gives them out, still the acts'; false: nothing is kept. */
void acts_keep(Acts *acts, const View *view, GPtrArray *targets);
bool acts_kept(const Acts *acts, const View **view, GPtrArray **targets);

/* Looks for the tags that a prompt may be about: THEIRS: of what it is about, else all there are. Meanwhile none is known;
 * then the prompt finds what matches anew. */
void acts_find_tags(Acts *acts, bool theirs);
/* Of those, the ones that TEXT may mean, the best first; of char *, the caller's. */
GPtrArray *acts_tag_matches(const Acts *acts, const char *text);

/* Takes the newest deed back, in all accounts that took part; or again. One that the agents have not answered yet is
 * taken back behind it. */
void acts_undo(Acts *acts);
void acts_redo(Acts *acts);
