#include "ui/screen/account_status.h"

#include "ui/screen/words.h"

typedef enum State { STATE_NONE, STARTING, CONNECTING, SYNCING, IDLE, OFFLINE, STOPPED } State;

enum { LONGEST_WAIT = 24 * 60 * 60 }; /* seconds that an agent may name */

struct AccountStatus {
	char *name;
	State state;
	char *why;
	bool plain;  /* the connection is not encrypted */
	char *held;  /* why nothing is done in it, or in some of its folders; NULL */
	bool lost;   /* the agent went away and has not come back */
	bool silent; /* it is there, but doesn't answer */
	AccountPassword password;
	int64_t next_try;          /* Unix seconds; 0: not said */
	int64_t synced_at;         /* Unix seconds; 0: not yet */
	char *folder, *phase;      /* of the progress under way; NULL */
	int64_t done, total, rate; /* a second */
	int64_t indexed, to_index; /* 0 of 0: the index is up to date */
	bool index_waits;          /* another program holds it */
};

static const struct {
	const char *word; /* of the protocol */
	const char *text;
	const char *mark;
} states[] = {
	[STATE_NONE] = { "", "not started", NULL },
	[STARTING] = { "starting", "starting", NULL },
	[CONNECTING] = { "connecting", "connecting", NULL },
	[SYNCING] = { "syncing", "syncing", NULL },
	[IDLE] = { "idle", "✓", NULL },
	[OFFLINE] = { "offline", "offline", "✗ offline" },
	[STOPPED] = { "stopped", "stopped", "✗ stopped" },
};

AccountStatus *
account_status_new(const char *name, bool plain)
{
	AccountStatus *status = g_new0(AccountStatus, 1);
	status->name = g_strdup(name);
	status->plain = plain;
	return status;
}

void
account_status_free(AccountStatus *status)
{
	if (!status)
		return;
	g_free(status->name);
	g_free(status->why);
	g_free(status->held);
	g_free(status->folder);
	g_free(status->phase);
	g_free(status);
}

static void
take_state(AccountStatus *status, JsonObject *object, int64_t now)
{
	const char *word = json_text(object, "state");
	for (size_t i = 1; word && i < G_N_ELEMENTS(states); i++) {
		if (g_str_equal(states[i].word, word))
			status->state = (State)i;
	}
	g_free(status->why);
	status->why = g_strdup(json_text(object, "why"));
	if (status->state == STOPPED)
		status->lost = g_strcmp0(status->why, "the agent stopped") == 0;
	else if (status->state != STARTING)
		status->lost = false;
	if (status->state == STARTING || status->state == STOPPED)
		status->index_waits = false; /* whoever waited is gone */
	int64_t wait = json_number(object, "next_try", -1);
	status->next_try = wait >= 0 ? now + MIN(wait, LONGEST_WAIT) : 0;
	if (status->state != SYNCING)
		g_clear_pointer(&status->folder, g_free);
	if (status->state == IDLE)
		status->synced_at = now;
}

/* Beside the sync, which has its own. */
static void
take_index_progress(AccountStatus *status, JsonObject *object)
{
	status->indexed = json_number(object, "done", 0);
	status->to_index = json_number(object, "total", 0);
	if (status->indexed >= status->to_index)
		status->indexed = status->to_index = 0;
}

/* Of one message nothing is kept: who waits for it hears it, too. */
static void
take_progress(AccountStatus *status, JsonObject *object)
{
	if (g_strcmp0(json_text(object, "phase"), "body") == 0)
		return;
	if (g_strcmp0(json_text(object, "phase"), "index") == 0) {
		take_index_progress(status, object);
		return;
	}
	status->rate = json_number(object, "rate", 0);
	g_free(status->folder);
	g_free(status->phase);
	status->folder = g_strdup(json_text(object, "folder"));
	status->phase = g_strdup(json_text(object, "phase"));
	status->total = MAX(json_number(object, "total", 0), 0);
	status->done = CLAMP(json_number(object, "done", 0), 0, status->total);
}

void
account_status_take(AccountStatus *status, const char *event, JsonObject *object, int64_t now)
{
	if (g_str_equal(event, "state"))
		take_state(status, object, now);
	else if (g_str_equal(event, "progress"))
		take_progress(status, object);
	else if (g_str_equal(event, "index"))
		status->index_waits = json_truth(object, "waits");
	else if (g_str_equal(event, "done"))
		g_clear_pointer(&status->folder, g_free);
}

static void
append_progress(GString *text, const AccountStatus *status)
{
	g_autofree char *done = words_number(status->done);
	g_autofree char *total = words_number(status->total);
	g_string_append_printf(text, " %s %s %s/%s", status->phase ? status->phase : "",
		status->folder, done, total);
}

void
account_status_set_silent(AccountStatus *status, bool silent)
{
	status->silent = silent;
}

void
account_status_set_held(AccountStatus *status, const char *why)
{
	g_free(status->held);
	status->held = g_strdup(why);
}

void
account_status_set_password(AccountStatus *status, AccountPassword password)
{
	status->password = password;
}

bool
account_status_wants_password(const AccountStatus *status)
{
	return status->password != PASSWORD_KNOWN;
}

static char *
password_text(const AccountStatus *status, bool brief)
{
	if (status->password == PASSWORD_WANTED)
		return g_strdup_printf("%s asks for its password: press $", status->name);
	bool tell = status->why && !brief;
	return g_strdup_printf("%s: login failed%s%s: press $ for another password", status->name,
		tell ? ", " : "", tell ? status->why : "");
}

/* Synced: when, or what was left out. */
static char *
idle_text(const AccountStatus *status, int64_t now, bool brief)
{
	if (status->held && brief)
		return g_strdup_printf("%s ✗ held", status->name);
	if (status->held)
		return g_strdup_printf("%s ✗ %s", status->name, status->held);
	g_autofree char *time = words_date(status->synced_at, now);
	return g_strdup_printf("%s ✓ %s", status->name, time);
}

static char *
state_text(const AccountStatus *status, int64_t now, bool brief)
{
	if (account_status_wants_password(status))
		return password_text(status, brief);
	if (status->lost)
		return g_strdup_printf("agent of %s stopped, starting again", status->name);
	if (status->silent)
		return g_strdup_printf("agent of %s does not answer", status->name);
	if (status->state == IDLE)
		return idle_text(status, now, brief);
	GString *text = g_string_new(status->name);
	g_string_append_printf(text, ": %s", states[status->state].text);
	if (status->state == SYNCING && status->folder)
		append_progress(text, status);
	if (status->next_try)
		g_string_append_printf(
			text, ", next try %" G_GINT64_FORMAT " s", MAX(status->next_try - now, 0));
	if (status->why && !brief)
		g_string_append_printf(text, ", %s", status->why);
	if (status->state == STOPPED && !brief) /* it does not by itself */
		g_string_append(text, " ($ tries again)");
	return g_string_free(text, FALSE);
}

char *
account_status_text(const AccountStatus *status, int64_t now, bool brief)
{
	g_autofree char *text = state_text(status, now, brief);
	return g_strconcat(text, status->plain ? ", not encrypted" : "",
		status->index_waits ? ", index waits: another program holds it" : "", NULL);
}

const char *
account_status_mark(const AccountStatus *status)
{
	if (account_status_wants_password(status))
		return "✗ password";
	if (status->silent)
		return "✗ silent";
	if (status->held && status->state == IDLE)
		return "✗ held";
	return states[status->state].mark;
}

AccountUrgency
account_status_urgency(const AccountStatus *status)
{
	if (account_status_wants_password(status))
		return URGENCY_PASSWORD;
	if (account_status_mark(status))
		return URGENCY_TROUBLE;
	return account_status_is_busy(status) ? URGENCY_BUSY : URGENCY_WELL;
}

bool
account_status_counts_down(const AccountStatus *status)
{
	return status->next_try != 0;
}

bool
account_status_is_well(const AccountStatus *status)
{
	return status->state == IDLE && !account_status_mark(status);
}

static const struct {
	const char *word; /* of the protocol */
	const char *text;
} phases[] = {
	{ "headers", "new mail" },
	{ "bodies", "messages" },
	{ "push", "changes to the server" },
};

static const char *
phase_text(const AccountStatus *status)
{
	for (size_t i = 0; i < G_N_ELEMENTS(phases); i++) {
		if (g_strcmp0(phases[i].word, status->phase) == 0)
			return phases[i].text;
	}
	return "mail";
}

static void
append_time_left(GString *text, int64_t seconds)
{
	if (seconds < 60)
		g_string_append_printf(text, ", %" G_GINT64_FORMAT " s left", seconds);
	else
		g_string_append_printf(text, ", %" G_GINT64_FORMAT " min left", seconds / 60);
}

char *
account_status_sync_text(const AccountStatus *status)
{
	if (!account_status_is_busy(status))
		return NULL;
	GString *text = g_string_new(NULL);
	g_string_append_printf(text, "sync of %s: ", status->name);
	if (status->state != SYNCING || !status->folder) {
		g_string_append(text, states[status->state].text);
		return g_string_free(text, FALSE);
	}
	g_autofree char *done = words_number(status->done);
	g_autofree char *total = words_number(status->total);
	g_string_append_printf(
		text, "%s, %s, %s of %s", status->folder, phase_text(status), done, total);
	if (status->rate > 0) {
		g_autofree char *rate = words_number(status->rate);
		g_string_append_printf(text, ", %s a second", rate);
		append_time_left(text, MAX(status->total - status->done, 0) / status->rate);
	}
	return g_string_free(text, FALSE);
}

char *
account_status_index_text(const AccountStatus *status)
{
	if (status->index_waits)
		return g_strdup_printf(
			"index of %s: waits, another program holds it", status->name);
	if (status->to_index == 0)
		return NULL;
	g_autofree char *done = words_number(status->indexed);
	g_autofree char *total = words_number(status->to_index);
	return g_strdup_printf("index of %s: %s of %s messages", status->name, done, total);
}

bool
account_status_is_busy(const AccountStatus *status)
{
	return status->state == STARTING || status->state == CONNECTING || status->state == SYNCING;
}

bool
account_status_is_offline(const AccountStatus *status)
{
	return status->state == OFFLINE;
}

bool
account_status_progress(const AccountStatus *status, const char *folder, const char **folder_now,
	int64_t *done, int64_t *total)
{
	if (!status->folder || status->total <= 0 || g_strcmp0(status->phase, "headers") != 0)
		return false;
	if (folder && !g_str_equal(folder, status->folder))
		return false;
	*folder_now = status->folder;
	*done = status->done;
	*total = status->total;
	return true;
}
