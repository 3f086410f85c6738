#include <fcntl.h>

#include "backend/store/tree.h"

enum { LEVELS = 32 };

/* Where a Maildir lies. ODD is of neither form: a hidden one below a folder, as mbsync's "Legacy" has them, or the like. */
typedef enum { PLACE_PLAIN, PLACE_DOTTED, PLACE_ODD, PLACES } Place;

typedef bool (*PlacedVisit)(int maildir, const char *path, Place place, void *data);

typedef struct Walk {
	PlacedVisit visit;
	void *data;
	const char *path;
	Place place; /* of what is not hidden in it */
	int level;
	bool stopped;
	GError *error;
} Walk;

static bool
is_directory(int directory, const char *name)
{
	struct stat status;
	return fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(status.st_mode);
}

static bool
visit_directory(int above, const char *name, void *data)
{
	Walk *up = data;
	bool hidden = name[0] == '.';
	if (g_str_equal(name, "cur") || g_str_equal(name, "new") || g_str_equal(name, "tmp") ||
		!is_directory(above, name))
		return true;
	g_auto(TreeFd) directory = tree_open(above, name, NULL);
	bool is_maildir = directory >= 0 && is_directory(directory, "cur");
	/* unreadable, or another program's (.notmuch): as if it were not there */
	if (directory < 0 || (hidden && !is_maildir))
		return true;
	g_autofree char *path = *up->path ? g_strconcat(up->path, "/", name, NULL) : g_strdup(name);
	Place place = !hidden ? up->place : up->level == 0 ? PLACE_DOTTED : PLACE_ODD;
	Walk down = { .visit = up->visit,
		.data = up->data,
		.path = path,
		.place = hidden ? PLACE_ODD : up->place,
		.level = up->level + 1 };
	down.stopped = is_maildir && !up->visit(directory, path, place, up->data);
	if (!down.stopped && down.level < LEVELS)
		tree_list(directory, visit_directory, &down, &down.error);
	up->stopped = down.stopped;
	up->error = down.error;
	return !down.stopped && !down.error;
}

static bool
walk_all(int root, PlacedVisit visit, void *data, GError **error)
{
	Walk top = { .visit = visit, .data = data, .path = "", .place = PLACE_PLAIN };
	if (is_directory(root, "cur") && !visit(root, "", PLACE_DOTTED, data))
		return true;
	if (!tree_list(root, visit_directory, &top, error)) {
		g_clear_error(&top.error);
		return false;
	}
	if (top.error) {
		g_propagate_error(error, top.error);
		return false;
	}
	return true;
}

/* ---- those of one form ---- */

typedef struct Chosen {
	TreeForm form;
	TreeVisit visit;
	void *data;
} Chosen;

static bool
visit_chosen(int maildir, const char *path, Place place, void *data)
{
	const Chosen *chosen = data;
	Place wanted = chosen->form == TREE_DOTTED ? PLACE_DOTTED : PLACE_PLAIN;
	return place != wanted || chosen->visit(maildir, path, chosen->data);
}

bool
tree_maildirs(int root, TreeForm form, TreeVisit visit, void *data, GError **error)
{
	Chosen chosen = { form, visit, data };
	return walk_all(root, visit_chosen, &chosen, error);
}

/* ---- which form it is ---- */

typedef struct Kinds {
	char *first[PLACES]; /* a Maildir in such a place */
} Kinds;

static bool
note_place(int maildir, const char *path, Place place, void *data)
{
	Kinds *kinds = data;
	if (!kinds->first[place])
		kinds->first[place] = g_strdup(*path ? path : "cur");
	return true;
}

static char *
mixed_sentence(const Kinds *kinds)
{
	const char *plain = kinds->first[PLACE_PLAIN], *dotted = kinds->first[PLACE_DOTTED];
	const char *odd = kinds->first[PLACE_ODD];
	if (odd)
		return g_strdup_printf("\"%s\" is a Maildir where neither plain folders (A/B) nor "
				       "Maildir++ (.A.B) have one",
			odd);
	return plain && dotted ? g_strdup_printf("\"%s\" is of a tree of plain folders (A/B), and "
						 "\"%s\" of one as Maildir++ has it (.A.B)",
					 plain, dotted)
	                       : NULL;
}

bool
tree_find_form(int root, TreeForm *form, char **mixed, GError **error)
{
	Kinds kinds = { 0 };
	bool fine = walk_all(root, note_place, &kinds, error);
	*form = kinds.first[PLACE_DOTTED] && !kinds.first[PLACE_PLAIN] ? TREE_DOTTED : TREE_PLAIN;
	*mixed = fine ? mixed_sentence(&kinds) : NULL;
	for (size_t i = 0; i < PLACES; i++)
		g_free(kinds.first[i]);
	return fine;
}
