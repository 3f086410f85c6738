#include "backend/account.h"
#include "backend/agent/agent_private.h"
#include "backend/agent/answer.h"
#include "backend/error.h"
#include "backend/flag_word.h"
#include "backend/store/transfer.h"
#include "index/paths.h"

/*
 * Messages that go to other accounts: each is given to that account's agent, which is a server to this one like to any
 * client; what was given is looked for in its store (anyone may read it) until its server has it. So neither agent keeps
 * the other one alive for longer than a question takes.
 */
enum { MAILS_IN_ONE = 100, LOOK_FIRST_MS = 500, LOOK_LAST_MS = 30000 };

typedef struct Peer {
	AgentTransfers *transfers;
	const AccountConfig *config;
	Account *account;
	char *deed;      /* of what is asked now; NULL: nothing is */
	GPtrArray *keys; /* of char *, NULL-terminated while it is asked */
} Peer;

/* A client that waits until what it wished is given. */
typedef struct Waiting {
	uint64_t client;
	char *deed;
	JsonObject *line; /* the answer */
	int64_t id;
} Waiting;

struct AgentTransfers {
	Agent *agent;
	const Config *config;
	GPtrArray *peers;     /* of Peer */
	GPtrArray *waiting;   /* of Waiting */
	GHashTable *fetching; /* keys of what has to come first */
	unsigned timer, delay;
	bool reading, again;
};

/* A question to the disk, and what comes then. */
typedef struct Telling {
	AgentTransfers *transfers;
	void (*then)(AgentTransfers *transfers, struct Telling *telling);
	GPtrArray *list; /* of Transfer */
	char **keys, *deed, *why;
	bool over;
	DeedDone done;
	GError *error;
} Telling;

/* ---- memory ---- */

static void
peer_free(void *data)
{
	Peer *peer = data;
	account_close(peer->account);
	g_free(peer->deed);
	g_clear_pointer(&peer->keys, g_ptr_array_unref);
	g_free(peer);
}

static void
waiting_free(void *data)
{
	Waiting *waiting = data;
	g_free(waiting->deed);
	json_object_unref(waiting->line);
	g_free(waiting);
}

static void
telling_free(void *data)
{
	Telling *telling = data;
	g_clear_pointer(&telling->list, g_ptr_array_unref);
	g_strfreev(telling->keys);
	g_free(telling->deed);
	g_free(telling->why);
	deed_done_clear(&telling->done);
	g_clear_error(&telling->error);
	g_free(telling);
}

AgentTransfers *
agent_transfers_new(Agent *agent, const Config *config)
{
	AgentTransfers *transfers = g_new0(AgentTransfers, 1);
	transfers->agent = agent;
	transfers->config = config;
	transfers->delay = LOOK_FIRST_MS;
	transfers->peers = g_ptr_array_new_with_free_func(peer_free);
	transfers->waiting = g_ptr_array_new_with_free_func(waiting_free);
	transfers->fetching = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return transfers;
}

void
agent_transfers_free(AgentTransfers *transfers)
{
	g_clear_handle_id(&transfers->timer, g_source_remove);
	g_ptr_array_unref(transfers->peers);
	g_ptr_array_unref(transfers->waiting);
	g_hash_table_unref(transfers->fetching);
	g_free(transfers);
}

/* ---- the disk ---- */

static gboolean
on_told(void *data)
{
	Telling *telling = data;
	Agent *agent = telling->transfers->agent;
	agent->deeds--;
	if (telling->error)
		g_warning("%s: %s", agent->config->name, telling->error->message);
	if (agent->puller) /* else it leaves */
		telling->then(telling->transfers, telling);
	return G_SOURCE_REMOVE;
}

/* Disk thread. */
static void
on_done(void *data, const GError *error)
{
	((Telling *)data)->error = error ? g_error_copy(error) : NULL;
	g_idle_add_full(G_PRIORITY_DEFAULT, on_told, data, telling_free);
}

static Telling *
telling_new(AgentTransfers *transfers, void (*then)(AgentTransfers *, Telling *))
{
	Telling *telling = g_new0(Telling, 1);
	telling->transfers = transfers;
	telling->then = then;
	return telling;
}

/* TELLING is not the caller's any more. */
static void
tell(Telling *telling, DiskAsk ask)
{
	telling->transfers->agent->deeds++;
	disk_tell(telling->transfers->agent->disk, ask, telling, on_done);
}

/* The files go to where they are wished first: the other agent would look for them in vain. */
static bool
ask_list(Store *store, void *data, GError **error)
{
	Telling *telling = data;
	telling->list = agent_ask_follow(store, NULL, error) ? store_transfers(store, error) : NULL;
	return telling->list != NULL;
}

static bool
ask_given(Store *store, void *data, GError **error)
{
	const Telling *telling = data;
	return store_transfers_given(
		store, (const char *const *)telling->keys, telling->over, error);
}

static bool
ask_refused(Store *store, void *data, GError **error)
{
	Telling *telling = data;
	return store_transfers_refused(store, telling->deed, &telling->done, error);
}

/* ---- those that wait ---- */

/* WHY: it was refused. */
static void
answer_waiting(AgentTransfers *transfers, guint at, const char *why)
{
	Waiting *waiting = transfers->waiting->pdata[at];
	AgentClient *client = agent_server_client(transfers->agent->server, waiting->client);
	if (client && why)
		answer_refuse(client, waiting->id, account_error_word(ACCOUNT_ERROR_USAGE), why);
	else if (client)
		agent_client_send(client, waiting->line);
	g_ptr_array_remove_index(transfers->waiting, at);
}

static void
answer_deed(AgentTransfers *transfers, const char *deed, const char *why)
{
	for (guint i = transfers->waiting->len; i > 0; i--) {
		const Waiting *waiting = transfers->waiting->pdata[i - 1];
		if (g_str_equal(waiting->deed, deed))
			answer_waiting(transfers, i - 1, why);
	}
}

/* What has to be fetched first may take as long as its server is away: nobody waits for that. */
static bool
is_to_be_given(const GPtrArray *list, const char *deed)
{
	for (guint i = 0; i < list->len; i++) {
		const Transfer *transfer = list->pdata[i];
		if (transfer->file && g_str_equal(transfer->deed, deed))
			return true;
	}
	return false;
}

static void
answer_given(AgentTransfers *transfers, const GPtrArray *list)
{
	for (guint i = transfers->waiting->len; i > 0; i--) {
		const Waiting *waiting = transfers->waiting->pdata[i - 1];
		if (!is_to_be_given(list, waiting->deed))
			answer_waiting(transfers, i - 1, NULL);
	}
}

/* ---- what the other agent says ---- */

static void
on_given(AgentTransfers *transfers, Telling *telling)
{
	agent_transfers_kick(transfers);
}

static void
on_refused(AgentTransfers *transfers, Telling *telling)
{
	if (!telling->error)
		agent_deed_is_done(transfers->agent, &telling->done);
	answer_deed(transfers, telling->deed, telling->why);
	agent_transfers_kick(transfers);
}

static void
tell_refused(Peer *peer, const char *why)
{
	Telling *telling = telling_new(peer->transfers, on_refused);
	telling->deed = g_strdup(peer->deed);
	telling->why = g_strdup(why);
	tell(telling, ask_refused);
}

static void
tell_given(Peer *peer)
{
	Telling *telling = telling_new(peer->transfers, on_given);
	telling->keys = (char **)g_ptr_array_free(g_steal_pointer(&peer->keys), FALSE);
	tell(telling, ask_given);
}

/* What failed in passing waits, is durable here, and is asked for again. */
static void
on_answer(Account *account, JsonObject *answer, const GError *error, void *data)
{
	Peer *peer = data;
	AgentTransfers *transfers = peer->transfers;
	const char *why = answer ? json_text(answer, "error") : error->message;
	const char *usage = account_error_word(ACCOUNT_ERROR_USAGE);
	if (answer && json_truth(answer, "ok")) {
		tell_given(peer);
	} else if (answer && g_strcmp0(json_text(answer, "code"), usage) == 0) {
		tell_refused(peer, why);
	} else {
		g_warning("%s: %s takes nothing now: %s", transfers->agent->config->name,
			peer->config->name, why);
		answer_deed(transfers, peer->deed, NULL);
	}
	g_clear_pointer(&peer->deed, g_free);
	g_clear_pointer(&peer->keys, g_ptr_array_unref);
}

/* ---- giving ---- */

static Peer *
peer_of(AgentTransfers *transfers, const char *name)
{
	for (guint i = 0; i < transfers->peers->len; i++)
		if (g_str_equal(((Peer *)transfers->peers->pdata[i])->config->name, name))
			return transfers->peers->pdata[i];
	const AccountConfig *config = config_account(transfers->config, name);
	if (!config)
		return NULL; /* it waits until the account is in the config again */
	Peer *peer = g_new0(Peer, 1);
	peer->transfers = transfers;
	peer->config = config;
	g_ptr_array_add(transfers->peers, peer);
	return peer;
}

static JsonObject *
mail_of(const Transfer *transfer)
{
	JsonObject *mail = json_object_new();
	JsonArray *flags = json_array_new();
	for (unsigned bit = 1; bit <= MAIL_ALL_FLAGS; bit <<= 1)
		if (transfer->flags & bit && flag_word(bit))
			json_array_add_string_element(flags, flag_word(bit));
	json_set_text(mail, "key", transfer->key);
	json_set_text(mail, "file", transfer->file);
	json_set_array(mail, "flags", flags);
	json_set_words(mail, "tags", transfer->tags);
	return mail;
}

/* All of LIST that go with the one at AT, in one question. */
static void
give(Peer *peer, const GPtrArray *list, guint at)
{
	const Transfer *first = list->pdata[at];
	JsonObject *question = account_question("adopt");
	JsonArray *mails = json_array_new();
	peer->deed = g_strdup(first->deed);
	peer->keys = g_ptr_array_new_null_terminated(0, g_free, TRUE);
	for (; at < list->len && peer->keys->len < MAILS_IN_ONE; at++) {
		const Transfer *transfer = list->pdata[at];
		if (!transfer->file || !g_str_equal(transfer->deed, first->deed) ||
			!g_str_equal(transfer->account, first->account) ||
			!g_str_equal(transfer->folder, first->folder))
			continue;
		json_array_add_object_element(mails, mail_of(transfer));
		g_ptr_array_add(peer->keys, g_strdup(transfer->key));
	}
	json_set_text(question, "deed", first->deed);
	json_set_text(question, "folder", first->folder);
	json_set_array(question, "mails", mails);
	const AccountOptions options = { .start = ACCOUNT_START };
	if (!peer->account)
		peer->account =
			account_open(peer->config, peer->transfers->agent->config_path, &options);
	account_ask(peer->account, question, on_answer, peer);
}

static void
fetch(AgentTransfers *transfers, const char *key)
{
	if (g_hash_table_add(transfers->fetching, g_strdup(key)))
		agent_fetch(transfers->agent, NULL, -1, key);
}

void
agent_transfers_fetched(AgentTransfers *transfers, const char *key, bool is_here)
{
	if (g_hash_table_remove(transfers->fetching, key) && is_here)
		agent_transfers_kick(transfers);
}

static void
give_all(AgentTransfers *transfers, const GPtrArray *list)
{
	for (guint i = 0; i < list->len; i++) {
		const Transfer *transfer = list->pdata[i];
		Peer *peer = transfer->file ? peer_of(transfers, transfer->account) : NULL;
		if (transfer->wanted)
			fetch(transfers, transfer->wanted);
		if (peer && !peer->deed)
			give(peer, list, i);
	}
}

/* Who is asked nothing is let go: an agent leaves when nobody needs it. */
static void
let_go(AgentTransfers *transfers)
{
	for (guint i = 0; i < transfers->peers->len; i++) {
		Peer *peer = transfers->peers->pdata[i];
		if (!peer->deed)
			g_clear_pointer(&peer->account, account_close);
	}
}

/* ---- is it there for good? ---- */

static bool
is_there(AgentTransfers *transfers, const Transfer *transfer)
{
	const AccountConfig *config = config_account(transfers->config, transfer->account);
	g_autofree char *state = paths_account_state(transfer->account);
	g_autofree char *path = g_build_filename(state, "state.db", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Envelopes) store = config ? envelopes_open(path, 0, NULL) : NULL;
	g_autoptr(MessageRow) row = store ? envelopes_by_key(store, transfer->key, &error) : NULL;
	if (!store || error)
		return false;
	/* What is no more was removed there, by somebody who saw it. */
	return !row || row->uid || config->incoming.scheme == SERVER_LOCAL;
}

static void
on_over(AgentTransfers *transfers, Telling *telling)
{
	puller_push(transfers->agent->puller);
	agent_transfers_kick(transfers);
}

static void
end_those_there(AgentTransfers *transfers, const GPtrArray *list)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new_null_terminated(0, g_free, TRUE);
	for (guint i = 0; i < list->len; i++) {
		const Transfer *transfer = list->pdata[i];
		if (transfer->given && is_there(transfers, transfer))
			g_ptr_array_add(keys, g_strdup(transfer->key));
	}
	if (!keys->len)
		return;
	Telling *telling = telling_new(transfers, on_over);
	telling->keys = (char **)g_ptr_array_free(g_steal_pointer(&keys), FALSE);
	telling->over = true;
	tell(telling, ask_given);
}

/* ---- the round of it ---- */

static gboolean
on_time(void *data)
{
	AgentTransfers *transfers = data;
	transfers->timer = 0;
	transfers->delay = MIN(transfers->delay * 2, LOOK_LAST_MS);
	agent_transfers_kick(transfers);
	return G_SOURCE_REMOVE;
}

static void
on_list(AgentTransfers *transfers, Telling *telling)
{
	transfers->reading = false;
	if (telling->list) {
		answer_given(transfers, telling->list);
		end_those_there(transfers, telling->list);
		give_all(transfers, telling->list);
		let_go(transfers);
	}
	if (transfers->again)
		agent_transfers_kick(transfers);
	else if (telling->list && telling->list->len && !transfers->timer)
		transfers->timer = g_timeout_add(transfers->delay, on_time, transfers);
}

void
agent_transfers_kick(AgentTransfers *transfers)
{
	transfers->again = transfers->reading;
	if (transfers->reading)
		return;
	transfers->reading = true;
	tell(telling_new(transfers, on_list), ask_list);
}

void
agent_transfers_answer(
	AgentTransfers *transfers, uint64_t client, int64_t id, const char *deed, JsonObject *line)
{
	Waiting *waiting = g_new(Waiting, 1);
	*waiting = (Waiting){ client, g_strdup(deed), json_object_ref(line), id };
	g_ptr_array_add(transfers->waiting, waiting);
	transfers->delay = LOOK_FIRST_MS;
	agent_transfers_kick(transfers);
}
