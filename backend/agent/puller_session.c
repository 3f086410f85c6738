#include "backend/agent/puller_private.h"
#include "backend/agent/remote_imap.h"

enum { SKIPS_LOGGED = 20 };

bool
round_is_cancelled(Round *round, GError **error)
{
	if (!g_cancellable_is_cancelled(round->cancel))
		return false;
	g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_CANCELLED, "cancelled");
	return true;
}

void
puller_drop_session(Puller *puller)
{
	g_clear_pointer(&puller->round.remote, remote_close);
	puller->round.examined = 0;
}

bool
puller_is_quiet(Puller *puller)
{
	Remote *remote = puller->round.remote;
	return !remote || imap_is_quiet(remote_imap_session(remote));
}

bool
puller_refresh_session(Puller *puller, GError **error)
{
	g_mutex_lock(&puller->lock);
	bool to_trace = puller->trace_path != NULL;
	g_mutex_unlock(&puller->lock);
	if (to_trace) /* from a connection's begin on */
		puller_drop_session(puller);
	RemoteCommand noop = { .verb = REMOTE_NOOP };
	if (puller_is_quiet(puller) || remote_command(puller->round.remote, &noop, NULL, error))
		return true;
	puller_drop_session(puller);
	return false;
}

static char *
take_secret(Puller *puller, GError **error)
{
	g_mutex_lock(&puller->lock);
	char *secret = g_strdup(puller->secret);
	g_mutex_unlock(&puller->lock);
	if (secret || puller->config->password || puller->config->password_command)
		return secret ? secret : config_secret(puller->config, error);
	JsonObject *need = puller_event(puller, "need");
	json_set_text(need, "what", "password");
	puller_tell(puller, need);
	g_mutex_lock(&puller->lock);
	while (!puller->secret && !puller->ending &&
		!g_cancellable_is_cancelled(puller->round.cancel))
		g_cond_wait(&puller->cond, &puller->lock);
	secret = g_strdup(puller->secret);
	g_mutex_unlock(&puller->lock);
	if (!secret)
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_AUTH,
			"no password was given; set password-command in the config");
	return secret;
}

static void
forget_secret(Puller *puller)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&puller->lock);
	g_clear_pointer(&puller->secret, config_secret_free);
}

static void
open_trace(Puller *puller)
{
	g_mutex_lock(&puller->lock);
	g_autofree char *path = g_steal_pointer(&puller->trace_path);
	g_mutex_unlock(&puller->lock);
	if (!path)
		return;
	g_clear_pointer(&puller->trace, trace_close);
	g_autoptr(GError) error = NULL;
	puller->trace = trace_open(path, &error);
	if (!puller->trace)
		puller_tell_error(puller, NULL, error);
}

/* For the log alone: what is missing on screen shows there, and why is nobody's concern but ours. */
static void
on_skipped(const char *why, void *data)
{
	Puller *puller = data;
	puller->skipped++;
	if (puller->skipped < SKIPS_LOGGED)
		g_warning("%s: %s: left out: %s", puller->config->name,
			puller->config->incoming.host, why);
	else if (puller->skipped == SKIPS_LOGGED)
		g_warning("%s: %s: left out: %s (no more of these are told)", puller->config->name,
			puller->config->incoming.host, why);
}

bool
puller_open_session(Puller *puller, GError **error)
{
	if (puller->round.remote)
		return true;
	const AccountConfig *config = puller->config;
	if (!config_can_log_in(config, error))
		return false;
	open_trace(puller);
	puller_tell_state(puller, "connecting", NULL);
	char *secret = take_secret(puller, error);
	if (!secret)
		return false;
	ConnectionTarget target = { &config->incoming, config->ca_file, config->pin };
	Connection *connection =
		connection_open(&target, NULL, puller->round.cancel, puller->trace, error);
	ImapSession *session = connection ? imap_open(connection, &config->incoming, error) : NULL;
	puller->skipped = 0;
	if (session) {
		imap_set_on_skipped(session, on_skipped, puller);
		puller->round.remote = remote_imap_new(session);
	}
	bool ok = session && imap_login(session, config->incoming.user, secret, error);
	config_secret_free(secret);
	if (ok)
		return true;
	if (error && g_error_matches(*error, ACCOUNT_ERROR, ACCOUNT_ERROR_AUTH))
		forget_secret(puller);
	puller_drop_session(puller);
	return false;
}
