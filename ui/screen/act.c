#include "ui/screen/act.h"

#include "ui/deed_id.h"
#include "ui/screen/act_find.h"
#include "ui/screen/app.h"
#include "ui/screen/pane_list.h"
#include "ui/screen/words.h"

enum { DEEDS_LIMIT = 200 };

static const struct {
	const char *verb, *member, *value; /* of the protocol: {"do":"flag","set":["seen"]} */
	const char *words;                 /* "3 messages marked read" */
	bool everywhere, leaves;
} kinds[ACT_COUNT] = {
	[ACT_READ] = { "flag", "set", "seen", "marked read", true },
	[ACT_UNREAD] = { "flag", "clear", "seen", "marked unread", true },
	[ACT_FLAG] = { "flag", "set", "flagged", "flagged", true },
	[ACT_UNFLAG] = { "flag", "clear", "flagged", "no more flagged", true },
	[ACT_DELETE] = { "delete", NULL, NULL, "deleted", .leaves = true },
	[ACT_PURGE] = { "delete", "purge", NULL, "deleted for ever", .leaves = true },
	[ACT_ARCHIVE] = { "move", "role", "archive", "archived", .leaves = true },
	[ACT_JUNK] = { "move", "role", "junk", "moved to junk", .leaves = true },
	[ACT_MOVE] = { "move", "folder", NULL, "moved", .leaves = true },
	[ACT_COPY] = { "copy", "folder", NULL, "copied" },
	[ACT_TAG] = { "tag", "add", NULL, "tagged", true },
	[ACT_UNTAG] = { "tag", "remove", NULL, "no more tagged", true },
};

/* What was done, so that it can be taken back. */
typedef struct Done {
	char *deed;       /* its name in the protocol */
	char *words;      /* "3 messages archived" */
	GArray *accounts; /* numbers (int) of those that took part */
} Done;

struct Acts {
	App *app;
	GPtrArray *done, *undone; /* of Done, the newest last */
	View *view;               /* kept for a prompt, with ROW; or NULL */
	ListRow *row;
};

static void
done_free(void *data)
{
	Done *done = data;
	g_free(done->deed);
	g_free(done->words);
	g_array_unref(done->accounts);
	g_free(done);
}

Acts *
acts_new(App *app)
{
	Acts *acts = g_new0(Acts, 1);
	acts->app = app;
	acts->done = g_ptr_array_new_with_free_func(done_free);
	acts->undone = g_ptr_array_new_with_free_func(done_free);
	return acts;
}

void
acts_free(Acts *acts)
{
	if (!acts)
		return;
	g_ptr_array_unref(acts->done);
	g_ptr_array_unref(acts->undone);
	g_clear_pointer(&acts->view, view_free);
	g_clear_pointer(&acts->row, list_row_unref);
	g_free(acts);
}

bool
act_leaves(ActKind kind)
{
	return kinds[kind].leaves;
}

/* ---- what the agents say ---- */

/* What was refused is shown as it is. */
static void
on_answer(Account *client, JsonObject *answer, const GError *error, void *data)
{
	App *app = data;
	if (answer && json_truth(answer, "ok"))
		return;
	const char *why = answer ? json_text(answer, "error") : error->message;
	app_say_error(app, "Not done: %s", why ? why : "the agent does not say why");
	pane_list_reread(app_pane(app, PANE_LIST));
}

static JsonArray *
array_of(const char *word)
{
	JsonArray *array = json_array_new();
	json_array_add_string_element(array, word);
	return array;
}

static JsonObject *
question_of(const Act *act, const char *deed)
{
	JsonObject *question = account_question(kinds[act->kind].verb);
	const char *member = kinds[act->kind].member;
	const char *value = kinds[act->kind].value ? kinds[act->kind].value : act->name;
	json_set_text(question, "deed", deed);
	if (member && kinds[act->kind].everywhere)
		json_set_array(question, member, array_of(value));
	else if (value)
		json_set_text(question, member, value);
	else if (member)
		json_set_truth(question, member, true);
	return question;
}

/* The next line for an account: keys of COPIES from *at on. */
static JsonArray *
take_keys(const GPtrArray *copies, int account, guint *at)
{
	JsonArray *keys = json_array_new();
	for (; *at < copies->len && json_array_get_length(keys) < AGENT_KEYS_MOST; (*at)++) {
		const ActCopy *copy = g_ptr_array_index(copies, *at);
		if (copy->account == account)
			json_array_add_string_element(keys, copy->key);
	}
	return keys;
}

/* True: the account has a part in it. */
static bool
ask_account(App *app, const Act *act, const char *deed, const GPtrArray *copies, int account)
{
	bool asked = false;
	Account *client = app_account(app, (size_t)account);
	for (guint at = 0; client && at < copies->len;) {
		JsonArray *keys = take_keys(copies, account, &at);
		if (json_array_get_length(keys) == 0) {
			json_array_unref(keys);
			continue;
		}
		JsonObject *question = question_of(act, deed);
		json_set_array(question, "keys", keys);
		account_ask(client, question, on_answer, app);
		asked = true;
	}
	return asked;
}

/* ---- a deed ---- */

typedef struct ActJob {
	Acts *acts;
	ActKind kind;
	int account;
	char *name;
	View *view;
	ListRow *row; /* our reference */

	GPtrArray *copies; /* of ActCopy; NULL: why */
	size_t messages;
	GError *why;
} ActJob;

static void
job_run(Asker *asker, GCancellable *cancel, void *data)
{
	ActJob *job = data;
	job->copies = act_find(
		asker, job->view, job->row, kinds[job->kind].everywhere, &job->messages, &job->why);
}

static void
job_free(void *data)
{
	ActJob *job = data;
	g_free(job->name);
	view_free(job->view);
	list_row_unref(job->row);
	g_clear_pointer(&job->copies, g_ptr_array_unref);
	g_clear_error(&job->why);
	g_free(job);
}

/* Each place once: "work/INBOX, home/INBOX". */
static char *
places_text(const GPtrArray *copies)
{
	g_autoptr(GPtrArray) places = g_ptr_array_new();
	for (guint i = 0; i < copies->len; i++) {
		char *place = ((ActCopy *)g_ptr_array_index(copies, i))->place;
		if (!g_ptr_array_find_with_equal_func(places, place, g_str_equal, NULL))
			g_ptr_array_add(places, place);
	}
	g_ptr_array_add(places, NULL);
	return g_strjoinv(", ", (char **)places->pdata);
}

static char *
done_words(const ActJob *job)
{
	g_autofree char *count = words_count((int64_t)job->messages, "message");
	GString *text = g_string_new(count);
	g_string_append_printf(text, " %s", kinds[job->kind].words);
	if (job->name)
		g_string_append_printf(text, ": %s", job->name);
	if (act_leaves(job->kind) && !view_is_in_folder(job->view)) {
		g_autofree char *places = places_text(job->copies);
		g_string_append_printf(text, " (from %s)", places);
	}
	return g_string_free(text, FALSE);
}

static bool
is_between_accounts(const ActJob *job)
{
	bool has_folder = job->kind == ACT_MOVE || job->kind == ACT_COPY;
	for (guint i = 0; has_folder && i < job->copies->len; i++) {
		if (((ActCopy *)g_ptr_array_index(job->copies, i))->account != job->account)
			return true;
	}
	return false;
}

static const char *
refusal_of(const ActJob *job)
{
	if (job->why)
		return job->why->message;
	if (job->copies->len == 0)
		return "no copy of it lies where it could be moved from";
	if (is_between_accounts(job))
		return "from one account to another nothing is moved or copied yet";
	return NULL;
}

static void
remember(Acts *acts, Done *done)
{
	g_ptr_array_set_size(acts->undone, 0);
	g_ptr_array_add(acts->done, done);
	if (acts->done->len > DEEDS_LIMIT)
		g_ptr_array_remove_index(acts->done, 0);
}

static void
job_done(void *data)
{
	ActJob *job = data;
	App *app = job->acts->app;
	const char *refusal = refusal_of(job);
	if (refusal) {
		app_say_error(app, "Not done: %s", refusal);
		pane_list_reread(app_pane(app, PANE_LIST));
		return;
	}
	Act act = { job->kind, job->account, job->name };
	Done *done = g_new(Done, 1);
	*done = (Done){ deed_id_new(), done_words(job), g_array_new(FALSE, FALSE, sizeof(int)) };
	for (int i = 0; i < (int)app_account_count(app); i++) {
		if (ask_account(app, &act, done->deed, job->copies, i))
			g_array_append_val(done->accounts, i);
	}
	bool is_final = job->kind == ACT_PURGE;
	app_say(app, is_final ? "%s" : "%s; u undoes", done->words);
	if (is_final)
		done_free(done);
	else
		remember(job->acts, done);
}

void
act_on_row(Acts *acts, const Act *act, const View *view, ListRow *row)
{
	if (!row->copy) {
		app_say_error(acts->app, "Not done: no account has this message");
		return;
	}
	ActJob *job = g_new0(ActJob, 1);
	*job = (ActJob){ .acts = acts,
		.kind = act->kind,
		.account = act->account,
		.name = g_strdup(act->name),
		.view = view_copy(view),
		.row = list_row_ref(row) };
	/* owned by itself: a later deed does not take the place of this one */
	Job question = { .owner = job, .run = job_run, .done = job_done, .free = job_free };
	asker_ask(app_asker(acts->app), ASK_STORE, &question, job);
}

void
acts_keep(Acts *acts, const View *view, ListRow *row)
{
	View *kept = view_copy(view);
	list_row_ref(row);
	g_clear_pointer(&acts->view, view_free);
	g_clear_pointer(&acts->row, list_row_unref);
	acts->view = kept;
	acts->row = row;
}

bool
acts_kept(const Acts *acts, const View **view, ListRow **row)
{
	*view = acts->view;
	*row = acts->row;
	return acts->row != NULL;
}

/* ---- taking back ---- */

static void
ask_undo(App *app, const Done *done, bool redo)
{
	for (guint i = 0; i < done->accounts->len; i++) {
		size_t account = (size_t)g_array_index(done->accounts, int, i);
		JsonObject *question = account_question("undo");
		json_set_text(question, "deed", done->deed);
		json_set_truth(question, "redo", redo);
		account_ask(app_account(app, account), question, on_answer, app);
	}
}

static void
step(Acts *acts, GPtrArray *from, GPtrArray *to, bool redo)
{
	if (from->len == 0) {
		app_say_for_now(acts->app, "There is nothing to %s", redo ? "redo" : "undo");
		return;
	}
	Done *done = g_ptr_array_steal_index(from, from->len - 1);
	g_ptr_array_add(to, done);
	ask_undo(acts->app, done, redo);
	app_say(acts->app, redo ? "Done again: %s; u undoes" : "Undone: %s; C-r does it again",
		done->words);
}

void
acts_undo(Acts *acts)
{
	step(acts, acts->done, acts->undone, false);
}

void
acts_redo(Acts *acts)
{
	step(acts, acts->undone, acts->done, true);
}
