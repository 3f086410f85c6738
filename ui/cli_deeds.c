#include "ui/cli_deeds.h"

#include <string.h>

#include "backend/account.h"
#include "index/query.h"
#include "ui/cli_agents.h"
#include "ui/deed_id.h"
#include "ui/place_terms.h"

/* What is found of one account. */
typedef struct Share {
	const AccountConfig *account;
	GHashTable *roles; /* folder's id (int64_t *) → FolderRole */
	GPtrArray *keys;   /* of char * */
} Share;

typedef struct Finding {
	const CliDeed *deed;
	Stores *stores;
	PlaceTerms *terms;
	GPtrArray *shares;      /* of Share */
	int64_t messages, left; /* found; of these, with no copy that is meant */
} Finding;

/* Is this one of the copies that may be meant? NAMED: accounts of which one is already. */
typedef bool (*CopyChoice)(const Finding *finding, const Copy *copy, GHashTable *named);

/* ---- what is found ---- */

static void
share_free(void *data)
{
	Share *share = data;
	g_hash_table_unref(share->roles);
	g_ptr_array_unref(share->keys);
	g_free(share);
}

/* What cannot be read has no role; stores_tell_errors speaks of it. */
static GHashTable *
roles_of(Envelopes *store)
{
	GHashTable *roles = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	g_autoptr(GPtrArray) folders = envelopes_folders(store, NULL);
	for (guint i = 0; folders && i < folders->len; i++) {
		const FolderRow *folder = folders->pdata[i];
		g_hash_table_insert(roles, g_memdup2(&folder->id, sizeof folder->id),
			GINT_TO_POINTER(folder->role));
	}
	return roles;
}

static Share *
share_of(Finding *finding, const AccountConfig *account)
{
	for (guint i = 0; i < finding->shares->len; i++)
		if (((Share *)finding->shares->pdata[i])->account == account)
			return finding->shares->pdata[i];
	Share *share = g_new(Share, 1);
	*share = (Share){ account, roles_of(stores_of(finding->stores, account)),
		g_ptr_array_new_with_free_func(g_free) };
	g_ptr_array_add(finding->shares, share);
	return share;
}

/* Its folder below the mail root, as notmuch calls it; what is on no disk is where its folder's name says. */
static char *
place_of(const Copy *copy)
{
	const char *below = copy->file ? copy->file + strlen(copy->account->mail_root) : "";
	g_autofree char *sub = g_path_get_dirname(below + strspn(below, "/"));
	return copy->file ? g_path_get_dirname(sub)
	                  : g_build_filename(
				    copy->account->path, copy->folder ? copy->folder : "", NULL);
}

static bool
is_meant(const Finding *finding, const Share *share, const Copy *copy)
{
	void *role = g_hash_table_lookup(share->roles, &copy->row->folder);
	g_autofree char *path = place_of(copy);
	return place_terms_mean(finding->terms, path, (FolderRole)GPOINTER_TO_INT(role));
}

/* Those of COPIES that are meant, into the shares of their accounts. How many. */
static guint
add_copies(Finding *finding, const GPtrArray *copies, CopyChoice is_chosen)
{
	const CliDeed *deed = finding->deed;
	g_autoptr(GHashTable) named = g_hash_table_new(NULL, NULL); /* accounts */
	for (guint i = 0; i < copies->len; i++) {
		const Copy *copy = copies->pdata[i];
		bool is_known = g_hash_table_contains(named, copy->account);
		if (!copy->account || !is_chosen(finding, copy, named) ||
			(deed->whole_messages && is_known))
			continue;
		Share *share = share_of(finding, copy->account);
		if (!deed->whole_messages && !is_meant(finding, share, copy))
			continue;
		g_hash_table_add(named, (void *)copy->account);
		g_ptr_array_add(share->keys, g_strdup(copy->row->key));
	}
	return g_hash_table_size(named);
}

static bool
is_at_home(const Finding *finding, const Copy *copy, GHashTable *named)
{
	return !finding->deed->account || copy->account == finding->deed->account;
}

/* One is enough to be given to the account that has none. */
static bool
is_first_abroad(const Finding *finding, const Copy *copy, GHashTable *named)
{
	return !is_at_home(finding, copy, named) && g_hash_table_size(named) == 0;
}

static bool
on_hit(const QueryHit *hit, void *data)
{
	Finding *finding = data;
	g_autoptr(GPtrArray) copies = stores_hit_copies(finding->stores, hit);
	finding->messages++;
	finding->left += !add_copies(finding, copies, is_at_home) &&
	                 !add_copies(finding, copies, is_first_abroad);
	return true;
}

static bool
find(const Cli *cli, Finding *finding, GError **error)
{
	g_autofree char *root = config_mail_root(cli_config(cli));
	g_autoptr(Query) query = query_open(root, NULL, error);
	return query && query_search(query, finding->deed->query, 0, on_hit, finding, NULL, error);
}

/* ---- what is asked ---- */

/* The deed's question with the name and some keys added. The caller owns it. */
static JsonObject *
question_about(JsonObject *kind, const char *id, const GPtrArray *keys, guint from)
{
	JsonObject *question = json_object_new();
	g_autoptr(GList) members = json_object_get_members(kind);
	for (GList *at = members; at; at = at->next)
		json_object_set_member(question, at->data, json_object_dup_member(kind, at->data));
	JsonArray *some = json_array_new();
	for (guint i = from; i < MIN(from + AGENT_KEYS_MOST, keys->len); i++)
		json_array_add_string_element(some, keys->pdata[i]);
	json_set_text(question, "deed", id);
	json_set_array(question, "keys", some);
	return question;
}

static Asking *
asking_for(const CliDeed *deed, const Share *share, const char *id)
{
	Asking *asking = asking_new(share->account, deed->once);
	for (guint from = 0; from < share->keys->len; from += AGENT_KEYS_MOST)
		g_ptr_array_add(
			asking->questions, question_about(deed->question, id, share->keys, from));
	return asking;
}

/* ---- what is told ---- */

static void
add_part(GString *text, int64_t count, const char *what, bool always)
{
	if (!count && !always)
		return;
	g_autofree char *number = cli_number(count);
	g_string_append_printf(text, "%s%s %s", text->len ? ", " : "", number, what);
}

static void
print_asking(const Asking *asking, const char *past)
{
	g_autoptr(GString) text = g_string_new(NULL);
	add_part(text, asking->done, past, true);
	add_part(text, asking->kept, "as before", false);
	add_part(text, asking->gone, "gone", false);
	cli_print(CLEAN_LINE, "%s: %s", asking->account->name, text->str);
}

static JsonObject *
asking_json(const Asking *asking)
{
	JsonObject *object = json_object_new();
	json_set_text(object, "account", asking->account->name);
	json_set_number(object, "done", asking->done);
	json_set_number(object, "kept", asking->kept);
	json_set_number(object, "gone", asking->gone);
	json_set_text(object, "error", asking->error ? asking->error->message : NULL);
	return object;
}

int
cli_deed_end(const Cli *cli, const GPtrArray *askings, const char *id, const char *past,
	int64_t messages)
{
	int result = CLI_DONE;
	JsonArray *array = json_array_new();
	for (guint i = 0; i < askings->len; i++) {
		const Asking *asking = askings->pdata[i];
		if (!cli_has(cli, "json") && (asking->done || !asking->error))
			print_asking(asking, past);
		if (asking->error)
			result = cli_worse(result, asking_fail(asking));
		json_array_add_object_element(array, asking_json(asking));
	}
	if (!cli_has(cli, "no-wait"))
		result = cli_worse(result, agents_settle(cli, askings));
	g_autoptr(JsonObject) answer = cli_json_new();
	json_set_text(answer, "deed", id);
	if (messages >= 0)
		json_set_number(answer, "messages", messages);
	json_set_array(answer, "accounts", array);
	if (cli_has(cli, "json"))
		cli_print_json(answer);
	return result;
}

static void
say_left(const Finding *finding)
{
	g_autofree char *left = cli_number(finding->left);
	const CliDeed *deed = finding->deed;
	const char *one = finding->left == 1 ? "" : "s";
	if (!finding->messages)
		cli_say("nothing matches %s", deed->query);
	else if (finding->left && deed->whole_messages)
		cli_say("left alone: %s message%s in no account", left, one);
	else if (finding->left)
		cli_say("left alone: %s message%s (copies in Sent, Drafts, Trash, Junk and All are "
			"meant only where the query names the folder: folder:work/Sent)",
			left, one);
}

/* ---- the deed ---- */

/* False after a sentence. */
static bool
can_in(const Finding *finding, const AccountConfig *account)
{
	Envelopes *store = stores_of(finding->stores, account);
	if (!store)
		cli_say("%s has no folders yet: sync it first", account->name);
	return store && finding->deed->can(store, account, finding->deed->data);
}

static bool
can_all(const Finding *finding)
{
	const CliDeed *deed = finding->deed;
	bool can = true;
	if (!deed->can)
		return true;
	if (deed->account)
		return finding->shares->len == 0 || can_in(finding, deed->account);
	for (guint i = 0; i < finding->shares->len; i++) {
		const Share *share = finding->shares->pdata[i];
		can = (!share->keys->len || can_in(finding, share->account)) && can;
	}
	return can;
}

static int
do_found(const Cli *cli, const Finding *finding)
{
	g_autoptr(GPtrArray) askings = g_ptr_array_new_with_free_func(asking_free);
	g_autofree char *id = deed_id_new();
	for (guint i = 0; i < finding->shares->len; i++) {
		const Share *share = finding->shares->pdata[i];
		if (share->keys->len)
			g_ptr_array_add(askings, asking_for(finding->deed, share, id));
	}
	agents_ask(cli, askings);
	say_left(finding);
	return cli_deed_end(
		cli, askings, askings->len ? id : NULL, finding->deed->past, finding->messages);
}

int
cli_do(const Cli *cli, const CliDeed *deed)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Stores) stores = stores_open(cli_config(cli));
	g_autoptr(PlaceTerms) terms = place_terms_new(deed->query);
	g_autoptr(GPtrArray) shares = g_ptr_array_new_with_free_func(share_free);
	Finding finding = { .deed = deed, .stores = stores, .terms = terms, .shares = shares };
	if (!find(cli, &finding, &error))
		return cli_fail(error);
	if (!can_all(&finding))
		return CLI_USAGE;
	return cli_worse(do_found(cli, &finding), stores_tell_errors(stores));
}
