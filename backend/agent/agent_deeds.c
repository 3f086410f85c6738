#include <string.h>

#include "backend/account.h"
#include "backend/agent/agent_private.h"
#include "backend/agent/answer.h"
#include "backend/error.h"
#include "backend/flag_word.h"
#include "backend/store/deeds.h"
#include "index/tag_name.h"

/*
 * Deeds of the protocol: done on the disk thread, answered when they are durable; then the files follow, the index and
 * the server are told, and nobody waits for that.
 */
enum { DEED_ID_MOST = 64 };

typedef struct Asking {
	Agent *agent;
	uint64_t client;
	int64_t id;
	DiskAsk ask;
	/* what is asked */
	Deed deed;
	char *deed_id, *folder, *account;
	char **add, **remove, **keys; /* KEYS NULL: all */
	bool redo;
	/* what became of it */
	DeedDone done;
	char *newest, *undone;
	int64_t undone_since; /* microseconds, Unix time; 0: nothing is */
} Asking;

static void
asking_free(void *data)
{
	Asking *asking = data;
	g_free(asking->deed_id);
	g_free(asking->folder);
	g_free(asking->account);
	g_strfreev(asking->add);
	g_strfreev(asking->remove);
	g_strfreev(asking->keys);
	deed_done_clear(&asking->done);
	g_free(asking->newest);
	g_free(asking->undone);
	g_free(asking);
}

/* ---- what is asked ---- */

bool
agent_read_flags(JsonObject *line, const char *name, unsigned *bits)
{
	JsonArray *array = json_array(line, name);
	for (guint i = 0; array && i < json_array_get_length(array); i++) {
		unsigned flag = flag_of_word(json_text_at(array, i));
		if (!flag)
			return false;
		*bits |= flag;
	}
	return true;
}

static bool
is_deed_id(const char *id)
{
	size_t length = id ? strlen(id) : 0;
	for (size_t i = 0; i < length; i++)
		if (!g_ascii_isalnum(id[i]) && id[i] != '.' && id[i] != '-')
			return false;
	return length > 0 && length <= DEED_ID_MOST;
}

bool
agent_are_tags(char **tags)
{
	for (; tags && *tags; tags++)
		if (tag_name_refusal(*tags))
			return false;
	return true;
}

/* The sentence of what is wrong with it; NULL: nothing. */
static const char *
read_deed(Asking *asking, JsonObject *line)
{
	Deed *deed = &asking->deed;
	asking->keys = json_words(line, "keys");
	if (!asking->keys || !asking->keys[0] || g_strv_length(asking->keys) > AGENT_KEYS_MOST)
		return "a deed needs 1 to 1,000 keys";
	if (asking->deed_id && !is_deed_id(asking->deed_id))
		return "the id of a deed is letters, digits, '.' and '-'";
	if (!agent_read_flags(line, "set", &deed->set) ||
		!agent_read_flags(line, "clear", &deed->clear))
		return "flags are seen, flagged, answered, draft and forwarded";
	deed->add = asking->add = json_words(line, "add");
	deed->remove = asking->remove = json_words(line, "remove");
	if (!agent_are_tags(deed->add) || !agent_are_tags(deed->remove))
		return "a tag is 1 to 200 bytes without a blank, and none that is computed";
	asking->folder = g_strdup(json_text(line, "folder"));
	deed->folder = asking->folder;
	deed->role = folder_role_of_word(json_text(line, "role"));
	bool placed = deed->kind == DEED_MOVE || deed->kind == DEED_COPY;
	if (placed && !deed->id)
		return "move and copy need an id";
	if (placed && !deed->folder && deed->role == ROLE_NONE)
		return "move and copy need a folder or a role";
	const char *account = placed ? json_text(line, "account") : NULL;
	if (account && !deed->folder)
		return "another account needs a folder";
	if (account && !g_str_equal(account, asking->agent->config->name))
		deed->account = asking->account = g_strdup(account);
	if (deed->kind == DEED_DELETE && json_truth(line, "purge"))
		deed->kind = DEED_PURGE;
	return NULL;
}

/* ---- on the disk thread ---- */

static bool
ask_do(Store *store, void *data, GError **error)
{
	Asking *asking = data;
	return store_do(
		store, &asking->deed, (const char *const *)asking->keys, &asking->done, error);
}

static bool
ask_undo(Store *store, void *data, GError **error)
{
	Asking *asking = data;
	return store_undo(store, asking->deed_id, asking->redo, &asking->done, error);
}

static bool
ask_retry(Store *store, void *data, GError **error)
{
	Asking *asking = data;
	return store_retry(store, (const char *const *)asking->keys, &asking->done.done, error);
}

static bool
ask_drop(Store *store, void *data, GError **error)
{
	Asking *asking = data;
	return store_drop(store, (const char *const *)asking->keys, &asking->done, error);
}

static bool
ask_newest(Store *store, void *data, GError **error)
{
	Asking *asking = data;
	GError *own = NULL;
	asking->newest = store_newest_deed(store, false, NULL, &own);
	if (!own)
		asking->undone = store_newest_deed(store, true, &asking->undone_since, &own);
	if (own)
		g_propagate_error(error, own);
	return own == NULL;
}

bool
agent_ask_follow(Store *store, void *data, GError **error)
{
	return store_follow(store, NULL, error);
}

/* ---- the answer ---- */

static void
tell_changed(Agent *agent, const DeedDone *done)
{
	g_autoptr(JsonObject) event = json_object_new();
	JsonArray *folders = json_array_new();
	for (guint i = 0; done->folders && i < done->folders->len; i++)
		if (done->folders->pdata[i])
			json_array_add_string_element(folders, done->folders->pdata[i]);
	json_set_text(event, "event", "changed");
	json_set_text(event, "account", agent->config->name);
	json_set_array(event, "folders", folders);
	agent_server_broadcast(agent->server, event);
}

static void
answer(Agent *agent, const Asking *asking, const GError *error)
{
	AgentClient *client = agent_server_client(agent->server, asking->client);
	if (!client && !asking->account)
		return;
	if (error) {
		if (client)
			answer_refuse_error(client, asking->id, error);
		return;
	}
	g_autoptr(JsonObject) line = answer_new(asking->id);
	if (asking->ask == ask_newest) {
		json_set_text(line, "newest", asking->newest);
		json_set_text(line, "undone", asking->undone);
		json_set_number(line, "undone_since", asking->undone_since);
	} else {
		json_set_text(line, "deed", asking->done.id);
		json_set_number(line, "done", (int64_t)asking->done.done);
		json_set_number(line, "gone", (int64_t)asking->done.gone);
		json_set_number(line, "kept", (int64_t)asking->done.kept);
	}
	if (asking->account && agent->puller)
		agent_transfers_answer(
			agent->transfers, asking->client, asking->id, asking->deed_id, line);
	else if (client)
		agent_client_send(client, line);
}

void
agent_deed_is_done(Agent *agent, const DeedDone *done)
{
	if (!agent->puller) /* it leaves */
		return;
	tell_changed(agent, done);
	disk_tell(agent->disk, agent_ask_follow, NULL, NULL);
	if (agent->feed)
		index_feed_kick(agent->feed);
	puller_push(agent->puller);
}

static void
on_answer(Agent *agent, void *data, const GError *error)
{
	const Asking *asking = data;
	answer(agent, asking, error);
	if (!error && asking->ask != ask_newest)
		agent_deed_is_done(agent, &asking->done);
}

static Asking *
asking_new(Agent *agent, AgentClient *client, int64_t id, JsonObject *line, DiskAsk ask)
{
	Asking *asking = g_new0(Asking, 1);
	asking->agent = agent;
	asking->client = agent_client_number(client);
	asking->id = id;
	asking->ask = ask;
	asking->deed_id = g_strdup(json_text(line, "deed"));
	asking->deed.id = asking->deed_id;
	return asking;
}

/* Of a store that is held nothing is changed. */
static void
begin(Asking *asking)
{
	Agent *agent = asking->agent;
	AgentClient *client = agent_server_client(agent->server, asking->client);
	if (!agent->held || asking->ask == ask_newest) {
		agent_ask_disk(agent, asking->ask, asking, on_answer, asking_free);
		return;
	}
	answer_refuse(client, asking->id, account_error_word(ACCOUNT_ERROR_FAILED), agent->held);
	asking_free(asking);
}

static const struct {
	const char *verb;
	DeedKind kind;
} kinds[] = {
	{ "flag", DEED_FLAG },
	{ "tag", DEED_TAG },
	{ "move", DEED_MOVE },
	{ "copy", DEED_COPY },
	{ "delete", DEED_DELETE },
};

/* The line's verb is one of them. */
static DeedKind
kind_of(JsonObject *line)
{
	size_t i = 0;
	while (!g_str_equal(kinds[i].verb, json_text(line, "do")))
		i++;
	return kinds[i].kind;
}

void
agent_do_deed(Agent *agent, AgentClient *client, int64_t id, JsonObject *line)
{
	Asking *asking = asking_new(agent, client, id, line, ask_do);
	asking->deed.kind = kind_of(line);
	const char *wrong = read_deed(asking, line);
	if (!wrong) {
		begin(asking);
		return;
	}
	answer_refuse(client, id, "usage", wrong);
	asking_free(asking);
}

void
agent_do_undo(Agent *agent, AgentClient *client, int64_t id, JsonObject *line)
{
	Asking *asking = asking_new(agent, client, id, line, ask_undo);
	asking->redo = json_truth(line, "redo");
	begin(asking);
}

void
agent_do_deeds(Agent *agent, AgentClient *client, int64_t id, JsonObject *line)
{
	begin(asking_new(agent, client, id, line, ask_newest));
}

static void
do_parked(Agent *agent, AgentClient *client, int64_t id, JsonObject *line, DiskAsk ask)
{
	Asking *asking = asking_new(agent, client, id, line, ask);
	asking->keys = json_words(line, "keys");
	begin(asking);
}

void
agent_do_retry(Agent *agent, AgentClient *client, int64_t id, JsonObject *line)
{
	do_parked(agent, client, id, line, ask_retry);
}

void
agent_do_drop(Agent *agent, AgentClient *client, int64_t id, JsonObject *line)
{
	do_parked(agent, client, id, line, ask_drop);
}
