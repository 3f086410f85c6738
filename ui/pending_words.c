#include "ui/pending_words.h"

#include "backend/account.h"

/* By PendingWhat. TO: it means the message's folder. */
static const struct {
	const char *word, *text;
	bool to;
} whats[] = {
	[PENDING_FLAGS] = { "flags", "flags and tags", false },
	[PENDING_MOVE] = { "move", "move to", true },
	[PENDING_COPY] = { "copy", "copy to", true },
	[PENDING_APPEND] = { "append", "upload to", true },
	[PENDING_PURGE] = { "purge", "delete from", true },
};

static const struct {
	const char *verb, *text;
} ends[] = {
	[PENDING_RETRY] = { "retry", "tried again" },
	[PENDING_DROP] = { "drop", "given up" },
};

const char *
pending_what_word(PendingWhat what)
{
	return whats[what].word;
}

const char *
pending_what_text(PendingWhat what)
{
	return whats[what].text;
}

bool
pending_names_folder(PendingWhat what)
{
	return whats[what].to;
}

const char *
pending_state_word(const PendingRow *row)
{
	if (row->asked)
		return "asked";
	return row->message->refused ? "refused" : "waits";
}

JsonObject *
pending_question(PendingEnd end, const char *key)
{
	JsonObject *question = account_question(ends[end].verb);
	if (!key)
		return question;
	JsonArray *keys = json_array_new();
	json_array_add_string_element(keys, key);
	json_set_array(question, "keys", keys);
	return question;
}

const char *
pending_end_text(PendingEnd end)
{
	return ends[end].text;
}
