#include "backend/account.h"
#include "backend/agent/agent_transfer_private.h"
#include "backend/error.h"
#include "backend/flag_word.h"

/* Each message is given to the agent of the account to which it goes, which is a server to this one like to any client. */
enum { MAILS_IN_ONE = 100 };

typedef struct Peer {
	AgentTransfers *transfers;
	const AccountConfig *config;
	Account *account;
	char *deed;      /* of what is asked now; NULL: nothing is */
	GPtrArray *keys; /* of char *, NULL-terminated while it is asked */
} Peer;

void
peer_free(void *data)
{
	Peer *peer = data;
	account_close(peer->account);
	g_free(peer->deed);
	g_clear_pointer(&peer->keys, g_ptr_array_unref);
	g_free(peer);
}

static bool
ask_refused(Store *store, void *data, GError **error)
{
	Telling *telling = data;
	return store_transfers_refused(store, telling->deed, &telling->done, error);
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
	if (telling->ok)
		agent_deed_is_done(transfers->agent, &telling->done);
	transfers_answer_deed(transfers, telling->deed, telling->why);
	agent_transfers_kick(transfers);
}

static void
tell_refused(Peer *peer, const char *why)
{
	Telling *telling = telling_new(peer->transfers, on_refused);
	telling->deed = g_strdup(peer->deed);
	telling->why = g_strdup(why);
	telling_ask(telling, ask_refused);
}

static void
tell_given(Peer *peer)
{
	Telling *telling = telling_new(peer->transfers, on_given);
	telling->keys = (char **)g_ptr_array_free(g_steal_pointer(&peer->keys), FALSE);
	telling_ask(telling, telling_ask_given);
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
		transfers_answer_deed(transfers, peer->deed, NULL);
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

void
transfers_give(AgentTransfers *transfers, const GPtrArray *list)
{
	for (guint i = 0; i < list->len; i++) {
		const Transfer *transfer = list->pdata[i];
		Peer *peer = transfer->file ? peer_of(transfers, transfer->account) : NULL;
		if (transfer->wanted)
			fetch(transfers, transfer->wanted);
		if (peer && !peer->deed)
			give(peer, list, i);
	}
	let_go(transfers);
}
