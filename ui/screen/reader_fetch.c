#include "ui/screen/pane_reader_private.h"

const char reader_not_here[] = "not downloaded yet, will come when the server is back";

typedef struct Fetching {
	ReaderPane *reader;
	unsigned opened; /* when it was asked */
} Fetching;

static void
on_fetched(Account *account, JsonObject *answer, const GError *error, void *data)
{
	g_autofree Fetching *fetching = data;
	ReaderPane *reader = fetching->reader;
	if (fetching->opened != reader->opened)
		return; /* another message is open by now */
	reader->fetching = false;
	if (!reader->row || !reader->missing)
		return;
	if (answer && json_truth(answer, "ok")) {
		reader->came = true;
		reader_load(reader);
		return;
	}
	const char *why = answer ? json_text(answer, "error") : error->message;
	bool offline = !answer || g_strcmp0(json_text(answer, "code"), "offline") == 0;
	reader->refused = !offline;
	g_autofree char *note = offline ? g_strdup(reader_not_here)
	                                : g_strdup_printf("not downloaded: %s", why ? why : "");
	reader_set_note(reader, note);
}

static Account *
agent_of(const ReaderPane *reader)
{
	return app_account(reader->base.app, (size_t)list_row_opened(reader->row)->account);
}

/* "fetch" or "cancel" of its message. The caller owns it. */
static JsonObject *
question(const ReaderPane *reader, const char *verb)
{
	JsonObject *question = account_question(verb);
	json_set_text(question, "key", list_row_opened(reader->row)->key);
	return question;
}

void
reader_fetch(ReaderPane *reader)
{
	if (reader->came || reader->gave_up) {
		reader_set_note(reader,
			reader->came ? "not downloaded: the agent has it, the store does not"
				     : "not downloaded: open it again to ask for it");
		return;
	}
	size_t number = (size_t)list_row_opened(reader->row)->account;
	Account *account = agent_of(reader);
	bool offline = account_status_is_offline(app_account_status(reader->base.app, number));
	reader_set_note(reader, offline || !account ? reader_not_here : "downloading …");
	if (!account || reader->fetching || offline)
		return;
	reader->fetching = true;
	reader->percent = 0;
	Fetching *fetching = g_new(Fetching, 1);
	*fetching = (Fetching){ reader, reader->opened };
	account_ask(account, question(reader, "fetch"), on_fetched, fetching);
}

bool
reader_give_up(ReaderPane *reader)
{
	if (!reader->fetching)
		return false;
	reader->fetching = false;
	reader->gave_up = true;
	reader->opened++; /* so that the answer is for nobody */
	account_ask(agent_of(reader), question(reader, "cancel"), NULL, NULL);
	reader_fetch(reader);
	return true;
}

char *
reader_job(Pane *pane)
{
	const ReaderPane *reader = (const ReaderPane *)pane;
	if (!reader->fetching || !reader->row)
		return reader_finding_text(reader);
	size_t number = (size_t)list_row_opened(reader->row)->account;
	return g_strdup_printf("message of %s: %s, %d %%",
		app_account_config(pane->app, number)->name, clean_text_utf8(reader->row->subject),
		reader->percent);
}

/* How far it is, if the agent tells of this very message. */
static void
hear_progress(ReaderPane *reader, JsonObject *event)
{
	int64_t done = json_number(event, "done", 0), total = json_number(event, "total", 0);
	if (!reader->fetching || total <= 0 ||
		g_strcmp0(json_text(event, "key"), list_row_opened(reader->row)->key) != 0)
		return;
	reader->percent = (int)(100.0 * (double)CLAMP(done, 0, total) / (double)total);
	g_autofree char *note = g_strdup_printf("downloading … %d %%", reader->percent);
	reader_set_note(reader, note);
}

void
reader_hear(ReaderPane *reader, const Event *event)
{
	const char *state = json_text(event->object, "state");
	if (g_str_equal(event->name, "progress"))
		hear_progress(reader, event->object);
	else if (reader->fetching)
		return;
	else if (g_str_equal(event->name, "changed"))
		reader_load(reader);
	else if (g_strcmp0(state, "syncing") == 0 ||
		 (g_strcmp0(state, "idle") == 0 &&
			 !reader->refused)) /* else that fetch's own end */
		reader_fetch(reader);
}
