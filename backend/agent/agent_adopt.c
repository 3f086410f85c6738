#include <string.h>

#include "backend/account.h"
#include "backend/agent/agent_private.h"
#include "backend/agent/answer.h"
#include "backend/store/transfer.h"

/* Messages that another account's agent gives to this one. */
typedef struct Adopting {
	uint64_t client;
	int64_t id;
	JsonObject *line; /* the texts below are its */
	GArray *mails;    /* of Adoption */
	DeedDone done;
} Adopting;

static void
clear_mail(void *data)
{
	g_strfreev(((Adoption *)data)->tags);
}

static void
adopting_free(void *data)
{
	Adopting *adopting = data;
	json_object_unref(adopting->line);
	g_array_unref(adopting->mails);
	deed_done_clear(&adopting->done);
	g_free(adopting);
}

/* ---- what is asked ---- */

static bool
is_key(const char *key)
{
	MaildirName parts;
	if (!key || !maildir_name_parse(key, &parts))
		return false;
	bool same = g_str_equal(parts.key, key);
	maildir_name_clear(&parts);
	return same;
}

static bool
read_mail(JsonObject *object, Adoption *mail)
{
	*mail = (Adoption){ .key = json_text(object, "key"),
		.file = json_text(object, "file"),
		.tags = json_words(object, "tags") };
	return is_key(mail->key) && mail->file && g_path_is_absolute(mail->file) &&
	       agent_read_flags(object, "flags", &mail->flags) && agent_are_tags(mail->tags);
}

static const char *
read_mails(Adopting *adopting)
{
	JsonArray *mails = json_array(adopting->line, "mails");
	if (!mails || json_array_get_length(mails) > AGENT_KEYS_MOST)
		return "1 to 1,000 messages are taken in at once";
	for (guint i = 0; i < json_array_get_length(mails); i++) {
		JsonObject *object = json_object_at(mails, i);
		Adoption mail = { 0 };
		bool fine = object && read_mail(object, &mail);
		g_array_append_val(adopting->mails, mail);
		if (!fine)
			return "a message has a key, a file, flags and tags";
	}
	if (!json_text(adopting->line, "deed") || !json_text(adopting->line, "folder"))
		return "what is taken in needs a deed and a folder";
	return NULL;
}

/* ---- done ---- */

static bool
ask_adopt(Store *store, void *data, GError **error)
{
	Adopting *adopting = data;
	return store_adopt(store, json_text(adopting->line, "deed"),
		json_text(adopting->line, "folder"),
		(const Adoption *)(const void *)adopting->mails->data, adopting->mails->len,
		&adopting->done, error);
}

static void
on_answer(Agent *agent, void *data, const GError *error)
{
	const Adopting *adopting = data;
	AgentClient *client = agent_server_client(agent->server, adopting->client);
	if (client && error)
		answer_refuse_error(client, adopting->id, error);
	else if (client)
		answer_ok(client, adopting->id);
	if (!error)
		agent_deed_is_done(agent, &adopting->done);
}

void
agent_do_adopt(Agent *agent, AgentClient *client, int64_t id, JsonObject *line)
{
	Adopting *adopting = g_new0(Adopting, 1);
	*adopting = (Adopting){ agent_client_number(client), id, json_object_ref(line),
		g_array_new(FALSE, FALSE, sizeof(Adoption)), { 0 } };
	g_array_set_clear_func(adopting->mails, clear_mail);
	const char *wrong = agent->held ? agent->held : read_mails(adopting);
	if (wrong) {
		answer_refuse(client, id, "usage", wrong);
		adopting_free(adopting);
		return;
	}
	agent_ask_disk(agent, ask_adopt, adopting, on_answer, adopting_free);
}
