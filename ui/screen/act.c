#include "ui/deed_id.h"
#include "ui/screen/act_find.h"
#include "ui/screen/act_private.h"
#include "ui/screen/pane_list.h"
#include "ui/screen/words.h"

enum { DEEDS_LIMIT = 200 };

static const struct {
	const char *verb, *member, *value; /* of the protocol: {"do":"flag","set":["seen"]} */
	const char *words;                 /* "3 messages marked read" */
	bool everywhere;
	ListChange change; /* but for tags */
} kinds[ACT_COUNT] = {
	[ACT_READ] = { "flag", "set", "seen", "marked read", true, { false, 0, -1 } },
	[ACT_UNREAD] = { "flag", "clear", "seen", "marked unread", true, { false, 1, -1 } },
	[ACT_FLAG] = { "flag", "set", "flagged", "flagged", true, { false, -1, 1 } },
	[ACT_UNFLAG] = { "flag", "clear", "flagged", "no longer flagged", true, { false, -1, 0 } },
	[ACT_DELETE] = { "delete", NULL, NULL, "deleted", false, { true, -1, -1 } },
	[ACT_PURGE] = { "delete", "purge", NULL, "deleted for ever", false, { true, -1, -1 } },
	[ACT_ARCHIVE] = { "move", "role", "archive", "archived", false, { true, -1, -1 } },
	[ACT_JUNK] = { "move", "role", "junk", "moved to junk", false, { true, -1, -1 } },
	[ACT_MOVE] = { "move", "folder", NULL, "moved", false, { true, -1, -1 } },
	[ACT_COPY] = { "copy", "folder", NULL, "copied", false, { false, -1, -1 } },
	[ACT_TAG] = { "tag", "add", NULL, "tagged", true, { false, -1, -1 } },
	[ACT_UNTAG] = { "tag", "remove", NULL, "no longer tagged", true, { false, -1, -1 } },
};

/* ---- life ---- */

static void
done_free(void *data)
{
	Done *done = data;
	g_free(done->id);
	g_free(done->words);
	g_array_unref(done->parts);
	g_free(done);
}

Acts *
acts_new(App *app)
{
	Acts *acts = g_new0(Acts, 1);
	acts->app = app;
	acts->all = g_ptr_array_new_with_free_func(done_free);
	acts->done = g_ptr_array_new();
	acts->undone = g_ptr_array_new();
	return acts;
}

void
acts_free(Acts *acts)
{
	if (!acts)
		return;
	g_ptr_array_unref(acts->done);
	g_ptr_array_unref(acts->undone);
	g_ptr_array_unref(acts->all);
	g_clear_pointer(&acts->view, view_free);
	g_clear_pointer(&acts->targets, g_ptr_array_unref);
	g_clear_pointer(&acts->tags, g_ptr_array_unref);
	g_free(acts);
}

static bool
is_remembered(const Done *done)
{
	return g_ptr_array_find(done->acts->done, done, NULL) ||
	       g_ptr_array_find(done->acts->undone, done, NULL);
}

void
act_free_unless_needed(Done *done)
{
	if (done->due == 0 && !is_remembered(done))
		g_ptr_array_remove(done->acts->all, done);
}

void
act_forget(Done *done)
{
	g_ptr_array_remove(done->acts->done, done);
	g_ptr_array_remove(done->acts->undone, done);
	act_free_unless_needed(done);
}

static void
forget_undone(Acts *acts)
{
	while (acts->undone->len > 0)
		act_forget(g_ptr_array_index(acts->undone, acts->undone->len - 1));
}

static Done *
done_new(Acts *acts, const Act *act, bool is_quiet)
{
	Done *done = g_new0(Done, 1);
	done->acts = acts;
	done->number = ++acts->count;
	done->id = deed_id_new();
	done->parts = g_array_new(FALSE, FALSE, sizeof(Part));
	done->is_quiet = is_quiet;
	done->is_final = is_quiet || act->kind == ACT_PURGE;
	done->to = act->kind == ACT_MOVE || act->kind == ACT_COPY ? act->account : -1;
	done->due = done->unanswered = 1; /* where its copies are */
	g_ptr_array_add(acts->all, done);
	if (done->is_final)
		return done;
	forget_undone(acts);
	g_ptr_array_add(acts->done, done);
	if (acts->done->len > DEEDS_LIMIT)
		act_forget(g_ptr_array_index(acts->done, 0));
	return done;
}

/* ---- what the agents say ---- */

static void
end_wish(const Done *done, bool was_done)
{
	pane_list_end_wish(app_pane(done->acts->app, PANE_LIST), done->number, was_done);
}

/* The accounts that did nothing of it have no part in it. */
static bool
drop_refused(Done *done)
{
	for (guint i = done->parts->len; i-- > 0;) {
		if (!g_array_index(done->parts, Part, i).done)
			g_array_remove_index(done->parts, i);
	}
	return done->parts->len > 0;
}

static void
say_end(const Done *done, bool was_done)
{
	if (was_done && !done->undone)
		app_say(done->acts->app, done->is_final ? "%s" : "%s; u undoes", done->words);
	else if (!was_done && !done->is_refused)
		app_say(done->acts->app, "Nothing to do: it is so already");
}

/* All have answered. */
static void
end_deed(Done *done)
{
	bool was_done = drop_refused(done);
	end_wish(done, was_done);
	if (!done->is_quiet)
		say_end(done, was_done);
	if (was_done)
		act_free_unless_needed(done);
	else
		act_forget(done);
}

/* What goes to another account, that one's agent has done, too. */
static void
take_part(Done *done, int account)
{
	for (guint i = 0; i < done->parts->len; i++) {
		Part *part = &g_array_index(done->parts, Part, i);
		part->done = part->done || part->account == account || part->account == done->to;
	}
}

static int
account_of(const App *app, const Account *client)
{
	int account = 0;
	while (app_account(app, (size_t)account) != client)
		account++;
	return account;
}

static void
on_answer(Account *client, JsonObject *answer, const GError *error, void *data)
{
	Done *done = data;
	App *app = done->acts->app;
	done->due--;
	if (!answer || !json_truth(answer, "ok"))
		done->is_refused =
			done->is_quiet || app_say_failure(app, "Not done", answer, error);
	else if (json_number(answer, "done", 0) > 0)
		take_part(done, account_of(app, client));
	if (--done->unanswered == 0)
		end_deed(done);
}

/* ---- what they are asked ---- */

static const char *
account_name(const Done *done, int account)
{
	return asker_account(app_asker(done->acts->app), (size_t)account)->name;
}

static JsonArray *
array_of(const char *word)
{
	JsonArray *array = json_array_new();
	json_array_add_string_element(array, word);
	return array;
}

static JsonObject *
question_of(const Done *done, const Act *act)
{
	JsonObject *question = account_question(kinds[act->kind].verb);
	const char *member = kinds[act->kind].member;
	const char *value = kinds[act->kind].value ? kinds[act->kind].value : act->name;
	if (!done->is_final)
		json_set_text(question, "deed", done->id);
	if (done->to >= 0)
		json_set_text(question, "account", account_name(done, done->to));
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

static void
add_part(Done *done, int account)
{
	for (guint i = 0; i < done->parts->len; i++) {
		if (g_array_index(done->parts, Part, i).account == account)
			return;
	}
	g_array_append_val(done->parts, ((Part){ account, false }));
}

static void
ask_account(Done *done, const Act *act, const GPtrArray *copies, int account)
{
	Account *client = app_account(done->acts->app, (size_t)account);
	bool has_part = false;
	for (guint at = 0; client && at < copies->len;) {
		JsonArray *keys = take_keys(copies, account, &at);
		if (json_array_get_length(keys) == 0) {
			json_array_unref(keys);
			continue;
		}
		if (!has_part) /* an answer may come at once */
			add_part(done, account);
		has_part = true;
		JsonObject *question = question_of(done, act);
		json_set_array(question, "keys", keys);
		done->due++;
		done->unanswered++;
		account_ask(client, question, on_answer, done);
	}
}

/* ---- a deed ---- */

typedef struct ActJob {
	Done *done;
	Act act;
	char *name; /* of the act */
	View *view;
	GPtrArray *targets; /* our reference */

	ActFound *found; /* NULL: why */
	GError *why;
} ActJob;

static void
job_run(Asker *asker, GCancellable *cancel, void *data)
{
	ActJob *job = data;
	job->found = act_find(asker, job->view, job->targets, kinds[job->act.kind].everywhere,
		job->done->to, cancel, &job->why);
}

static void
job_free(void *data)
{
	ActJob *job = data;
	g_free(job->name);
	view_free(job->view);
	g_ptr_array_unref(job->targets);
	act_found_free(job->found);
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
		if (place && !g_ptr_array_find(places, place, NULL))
			g_ptr_array_add(places, place);
	}
	g_ptr_array_add(places, NULL);
	return g_strjoinv(", ", (char **)places->pdata);
}

static char *
done_words(const ActJob *job)
{
	ActKind kind = job->act.kind;
	g_autofree char *count = words_count((int64_t)job->found->messages, "message");
	GString *text = g_string_new(count);
	g_string_append_printf(text, " %s", kinds[kind].words);
	if (job->done->to >= 0)
		g_string_append_printf(
			text, " to %s/%s", account_name(job->done, job->done->to), job->name);
	else if (job->name)
		g_string_append_printf(text, ": %s", job->name);
	if (kinds[kind].change.gone && !view_is_in_folder(job->view)) {
		g_autofree char *places = places_text(job->found->copies);
		g_string_append_printf(text, " (from %s)", places);
	}
	return g_string_free(text, FALSE);
}

static bool
is_between_accounts(const Done *done, const GPtrArray *copies)
{
	for (guint i = 0; done->to >= 0 && i < copies->len; i++) {
		if (((const ActCopy *)g_ptr_array_index(copies, i))->account != done->to)
			return true;
	}
	return false;
}

static const char *
refusal_of(const ActJob *job)
{
	if (job->why)
		return job->why->message;
	if (job->found->copies->len == 0)
		return "no copy of it lies where it could be moved from";
	return NULL;
}

static void
job_done(void *data)
{
	ActJob *job = data;
	Done *done = job->done;
	App *app = done->acts->app;
	const char *refusal = refusal_of(job);
	if (refusal) {
		if (!done->is_quiet)
			app_say_error(app, "Not done: %s", refusal);
		end_wish(done, false);
		done->due--;
		act_forget(done);
		return;
	}
	done->words = done_words(job);
	if (is_between_accounts(done, job->found->copies))
		add_part(done, done->to);
	for (int i = 0; i < (int)app_account_count(app); i++)
		ask_account(done, &job->act, job->found->copies, i);
	if (done->undone)
		act_ask_undo(done);
	done->due--;
	if (--done->unanswered == 0)
		end_deed(done);
}

static ListChange
change_of(const Act *act)
{
	ListChange change = kinds[act->kind].change;
	change.tag_on = act->kind == ACT_TAG ? act->name : NULL;
	change.tag_off = act->kind == ACT_UNTAG ? act->name : NULL;
	return change;
}

/* CHANGE: what is shown of it at once. */
static void
begin(Done *done, const Act *act, const ListChange *change, const View *view, GPtrArray *targets)
{
	ActJob *job = g_new0(ActJob, 1);
	*job = (ActJob){ .done = done,
		.act = *act,
		.name = g_strdup(act->name),
		.view = view_copy(view),
		.targets = g_ptr_array_ref(targets) };
	job->act.name = job->name;
	App *app = done->acts->app;
	pane_list_wish(app_pane(app, PANE_LIST), done->number, change, targets);
	/* owned by itself: a later deed does not take the place of this one */
	Job question = { .owner = job, .run = job_run, .done = job_done, .free = job_free };
	asker_ask(app_asker(app), ASK_STORE, &question, job);
}

void
acts_do(Acts *acts, const Act *act, const View *view, GPtrArray *targets)
{
	ListChange change = change_of(act);
	pane_list_unmark(app_pane(acts->app, PANE_LIST), targets);
	begin(done_new(acts, act, false), act, &change, view, targets);
}

void
acts_mark_read(Acts *acts, const View *view, const ListRow *row)
{
	const Act act = { .kind = ACT_READ };
	ListChange change = change_of(&act);
	change.alone = true;
	g_autoptr(GPtrArray) targets = targets_new();
	g_ptr_array_add(targets, target_new_alone(row));
	begin(done_new(acts, &act, true), &act, &change, view, targets);
}

void
acts_keep(Acts *acts, const View *view, GPtrArray *targets)
{
	View *kept = view_copy(view);
	g_ptr_array_ref(targets);
	g_clear_pointer(&acts->view, view_free);
	g_clear_pointer(&acts->targets, g_ptr_array_unref);
	acts->view = kept;
	acts->targets = targets;
}

bool
acts_kept(const Acts *acts, const View **view, GPtrArray **targets)
{
	*view = acts->view;
	*targets = acts->targets;
	return acts->targets != NULL;
}
