#include <stddef.h>
#include <string.h>

#include "backend/core/round.h"

/* One line of LIST, kept until the command is done. */
typedef struct Listed {
	char *remote, *name;
	char delimiter;
	FolderRole role, special_use;
	ImapStatus status; /* name is NULL */
	bool has_status;
} Listed;

typedef struct Survey {
	Round *round;
	GPtrArray *listed;   /* of Listed */
	GHashTable *by_name; /* remote → Listed */
} Survey;

static void
listed_free(void *pointer)
{
	Listed *listed = pointer;
	g_free(listed->remote);
	g_free(listed->name);
	g_free(listed);
}

void
round_folder_free(RoundFolder *folder)
{
	if (!folder)
		return;
	store_folder_free(folder->known);
	g_free(folder);
}

/* The folder's name as people see it: UTF-8, '/' between levels. A '/' inside a level becomes U+2215. */
static char *
name_of(const char *remote, char delimiter)
{
	g_autofree char *decoded = imap_name_decode(remote);
	g_autofree char *name = g_utf8_make_valid(decoded ? decoded : remote, -1);
	if (g_ascii_strcasecmp(name, "INBOX") == 0)
		return g_strdup("INBOX");
	if (delimiter == '/' || delimiter == 0)
		return g_steal_pointer(&name);
	GString *mapped = g_string_new(NULL);
	for (const char *p = name; *p; p++)
		if (*p == delimiter)
			g_string_append_c(mapped, '/');
		else if (*p == '/')
			g_string_append(mapped, "∕");
		else
			g_string_append_c(mapped, *p);
	return g_string_free(mapped, FALSE);
}

/* ---- roles ---- */

static const struct {
	FolderRole role;
	size_t set; /* the option that names its folder, in AccountConfig */
	const char *usual[5];
} roles[] = {
	{ ROLE_SENT, offsetof(AccountConfig, sent),
		{ "Sent", "Sent Items", "Sent Messages", "Sent Mail" } },
	{ ROLE_DRAFTS, offsetof(AccountConfig, drafts), { "Drafts", "Draft" } },
	{ ROLE_TRASH, offsetof(AccountConfig, trash),
		{ "Trash", "Deleted Items", "Deleted Messages", "Bin" } },
	{ ROLE_ARCHIVE, offsetof(AccountConfig, archive), { "Archive", "Archives" } },
	{ ROLE_JUNK, offsetof(AccountConfig, junk),
		{ "Junk", "Spam", "Junk E-mail", "Bulk Mail" } },
};

static const char *
set_name(const AccountConfig *config, size_t i)
{
	return G_STRUCT_MEMBER(char *, config, roles[i].set);
}

/* By the config, else by SPECIAL-USE unless the config names another folder for that. */
static FolderRole
role_by_wish(const AccountConfig *config, const Listed *listed)
{
	if (g_str_equal(listed->name, "INBOX"))
		return ROLE_INBOX;
	FolderRole role = listed->special_use;
	for (size_t i = 0; i < G_N_ELEMENTS(roles); i++) {
		const char *set = set_name(config, i);
		if (set && g_str_equal(set, listed->name))
			return roles[i].role;
		if (set && roles[i].role == listed->special_use)
			role = ROLE_NONE;
	}
	return role;
}

/* By a name that servers commonly use, where nothing else is said of folder and role. */
static FolderRole
role_by_name(const AccountConfig *config, const Listed *listed)
{
	for (size_t i = 0; i < G_N_ELEMENTS(roles); i++)
		for (const char *const *usual = roles[i].usual; *usual; usual++)
			if (g_ascii_strcasecmp(*usual, listed->name) == 0)
				return set_name(config, i) || listed->special_use != ROLE_NONE
				               ? ROLE_NONE
				               : roles[i].role;
	return ROLE_NONE;
}

/* A role belongs to one folder; one that was wished for is never lost to a usual name that is listed first. */
static void
give_roles(const AccountConfig *config, GPtrArray *all)
{
	bool taken[ROLE_FLAGGED + 1] = { false };
	FolderRole (*const ways[])(
		const AccountConfig *, const Listed *) = { role_by_wish, role_by_name };
	for (size_t way = 0; way < G_N_ELEMENTS(ways); way++)
		for (unsigned i = 0; i < all->len; i++) {
			Listed *listed = g_ptr_array_index(all, i);
			FolderRole role = ways[way](config, listed);
			if (listed->role != ROLE_NONE || role == ROLE_NONE || taken[role])
				continue;
			listed->role = role;
			taken[role] = true;
		}
}

/* ---- what the server says ---- */

/* A name that no command may carry: the folder is named and left out. */
static bool
can_be_asked_for(Survey *survey, const char *remote, const char *name)
{
	if (!strpbrk(remote, "\r\n"))
		return true;
	const RoundOwner *owner = survey->round->owner;
	g_autoptr(GError) error = g_error_new(ACCOUNT_ERROR, ACCOUNT_ERROR_REFUSED,
		"a folder is left out: its name on the server has a line break");
	owner->trouble(name, error, owner->data);
	return false;
}

static bool
on_folder(const ImapFolder *folder, void *data)
{
	Survey *survey = data;
	const AccountConfig *config = survey->round->config;
	if (folder->no_select || folder->non_existent || !*folder->name ||
		g_hash_table_contains(survey->by_name, folder->name))
		return true;
	g_autofree char *name = name_of(folder->name, folder->delimiter);
	if (!config_folder_matches(config->folders, name) ||
		!can_be_asked_for(survey, folder->name, name))
		return true;
	Listed *listed = g_new0(Listed, 1);
	listed->remote = g_strdup(folder->name);
	listed->delimiter = folder->delimiter;
	listed->role = ROLE_NONE;
	listed->special_use = folder->role;
	listed->name = g_steal_pointer(&name);
	g_ptr_array_add(survey->listed, listed);
	g_hash_table_insert(survey->by_name, listed->remote, listed);
	return true;
}

static bool
on_status(const ImapStatus *status, void *data)
{
	Survey *survey = data;
	Listed *listed = g_hash_table_lookup(survey->by_name, status->name);
	if (!listed)
		return true;
	listed->status = *status;
	listed->status.name = NULL;
	listed->has_status = true;
	return true;
}

/* STATUS of each folder where LIST could not bring it. A folder that refuses is told later. */
static bool
ask_status(Survey *survey, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (unsigned i = 0; i < survey->listed->len; i++)
		g_ptr_array_add(names, ((Listed *)g_ptr_array_index(survey->listed, i))->remote);
	g_ptr_array_add(names, NULL);
	return remote_status(survey->round->remote, (const char *const *)names->pdata, error);
}

static bool
ask_server(Survey *survey, GError **error)
{
	Remote *remote = survey->round->remote;
	static const ImapHandlers handlers = { .on_folder = on_folder, .on_status = on_status };
	bool with_status = false;
	remote_hear(remote, &handlers, survey);
	bool ok = remote_list(remote, &with_status, error) &&
	          (with_status || ask_status(survey, error));
	remote_hear(remote, NULL, NULL);
	return ok;
}

static bool
ask_put_folders(Store *store, void *data, GError **error)
{
	Survey *survey = data;
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (unsigned i = 0; i < survey->listed->len; i++) {
		Listed *listed = g_ptr_array_index(survey->listed, i);
		g_autoptr(GError) trouble = NULL;
		if (!store_put_folder(store, listed->remote, listed->name, listed->delimiter,
			    listed->role, &trouble)) {
			if (g_error_matches(trouble, ACCOUNT_ERROR, ACCOUNT_ERROR_FULL)) {
				g_propagate_error(error, g_steal_pointer(&trouble));
				return false;
			}
			survey->round->owner->trouble(
				listed->name, trouble, survey->round->owner->data);
			continue;
		}
		g_ptr_array_add(names, listed->remote);
	}
	g_ptr_array_add(names, NULL);
	if (!store_missing_folders(store, (const char *const *)names->pdata, error))
		return false;
	g_autoptr(GPtrArray) known = store_folders(store, error);
	if (!known)
		return false;
	g_ptr_array_set_free_func(known, NULL);
	for (unsigned i = 0; i < known->len; i++) {
		StoreFolder *folder = g_ptr_array_index(known, i);
		Listed *listed = folder->remote
		                         ? g_hash_table_lookup(survey->by_name, folder->remote)
		                         : NULL;
		if (!listed) {
			store_folder_free(folder);
			continue;
		}
		RoundFolder *one = g_new0(RoundFolder, 1);
		one->known = folder;
		one->surveyed = listed->has_status && listed->status.has_uidvalidity;
		one->messages = listed->status.messages;
		one->uidnext = listed->status.uidnext;
		one->uidvalidity = listed->status.uidvalidity;
		one->modseq = listed->status.modseq;
		g_ptr_array_add(survey->round->folders, one);
	}
	return true;
}

/* Clean: the rows hold all the server has. Without MODSEQ nobody can say of flags, so it counts as changed. */
static bool
is_dirty(const RoundFolder *folder)
{
	const StoreFolder *known = folder->known;
	return !folder->surveyed || folder->uidvalidity != known->uidvalidity ||
	       folder->uidnext != known->uidnext || known->uidlow > 1 ||
	       known->state == FOLDER_FIRST_PASS || known->state == FOLDER_REMATCH ||
	       folder->modseq == 0 || folder->modseq != known->modseq ||
	       folder->messages != known->rows;
}

static int
by_importance(const void *a, const void *b)
{
	const StoreFolder *left = (*(RoundFolder *const *)a)->known,
			  *right = (*(RoundFolder *const *)b)->known;
	/* inbox, then what is written in, then the rest by name; junk and trash last */
	static const int order[] = { [ROLE_NONE] = 5,
		[ROLE_INBOX] = 0,
		[ROLE_SENT] = 1,
		[ROLE_DRAFTS] = 2,
		[ROLE_TRASH] = 8,
		[ROLE_ARCHIVE] = 4,
		[ROLE_JUNK] = 7,
		[ROLE_ALL] = 6,
		[ROLE_FLAGGED] = 6 };
	int difference = order[left->role] - order[right->role];
	return difference ? difference : strcmp(left->name, right->name);
}

bool
round_survey(Round *round, GError **error)
{
	g_autoptr(GPtrArray) listed = g_ptr_array_new_with_free_func(listed_free);
	g_autoptr(GHashTable) by_name = g_hash_table_new(g_str_hash, g_str_equal);
	Survey survey = { round, listed, by_name };
	round->examined = 0; /* it is left, so that its status is told as it is */
	if (!ask_server(&survey, error))
		return false;
	give_roles(round->config, listed);
	g_clear_pointer(&round->folders, g_ptr_array_unref);
	round->folders = g_ptr_array_new_with_free_func((GDestroyNotify)round_folder_free);
	if (!disk_ask(round->disk, ask_put_folders, &survey, error))
		return false;
	g_ptr_array_sort(round->folders, by_importance);
	for (unsigned i = 0; i < round->folders->len; i++) {
		RoundFolder *folder = g_ptr_array_index(round->folders, i);
		folder->dirty = folder->known->state != FOLDER_HELD && is_dirty(folder);
	}
	return true;
}
