#include "backend/wire/probe.h"

#include <string.h>

#include "backend/wire/connection_private.h"
#include "backend/wire/imap.h"

typedef struct Probe {
	const AccountConfig *account;
	ProbeOnStep on_step;
	void *data;
	const char *step; /* the one under way */
	int folders;
	bool has_inbox;
} Probe;

/* What to do when a step fails with a code; code -1: with any. */
static const struct {
	const char *step;
	int code;
	const char *help;
} helps[] = {
	{ "dns", -1, "Check the host in `incoming`, and this computer's network." },
	{ "tcp", -1,
		"Is the port in `incoming` right? A firewall may block it, or the server is "
		"down." },
	{ "tls", ACCOUNT_ERROR_CERTIFICATE,
		"Check host and port, and ca-file or pin if one is set. Only if "
		"you know that this server is the right one: ask who runs it for its certificate, "
		"and set ca-file or pin." },
	{ "tls", -1, "Is the port right? imaps:// is port 993, imap:// with STARTTLS port 143." },
	{ "login", ACCOUNT_ERROR_AUTH,
		"Check user and password; many providers want a password made for mail programs." },
	{ "login", ACCOUNT_ERROR_USAGE, "Many providers give out a password for mail programs." },
	{ "login", -1, "Is this an IMAP server, and the port right? Else try again later." },
	{ "folders", -1, "The login works, but the server shows no mail; ask who runs it." },
};

static const char *
help_for(const char *step, int code)
{
	for (size_t i = 0; i < G_N_ELEMENTS(helps); i++)
		if (g_str_equal(helps[i].step, step) &&
			(helps[i].code == -1 || helps[i].code == code))
			return helps[i].help;
	return NULL;
}

static bool
failed(const Probe *probe, const GError *error)
{
	const ProbeStep step = { .name = probe->step,
		.text = error->message,
		.code = account_error_word(error->code),
		.help = help_for(probe->step, error->code) };
	probe->on_step(&step, probe->data);
	return false;
}

static void
passed(Probe *probe, const char *text, const char *next)
{
	const ProbeStep step = { .name = probe->step, .ok = true, .text = text };
	probe->on_step(&step, probe->data);
	probe->step = next;
}

static void
on_stage(ConnectionStage done, const char *text, void *data)
{
	static const char *const next[] = {
		[STAGE_NAME] = "tcp",
		[STAGE_CONNECTED] = "tls",
		[STAGE_ENCRYPTED] = "login",
	};
	passed(data, text, next[done]);
}

static bool
on_folder(const ImapFolder *folder, void *data)
{
	Probe *probe = data;
	probe->folders++;
	probe->has_inbox |= g_ascii_strcasecmp(folder->name, "INBOX") == 0;
	return true;
}

static bool
check_folders(Probe *probe, ImapSession *session)
{
	const ImapHandlers handlers = { .on_folder = on_folder };
	g_autoptr(GError) error = NULL;
	imap_set_handlers(session, &handlers, probe);
	if (!imap_command(session, &error, "LIST %s %s", "", "*"))
		return failed(probe, error);
	if (!probe->has_inbox) {
		g_set_error(&error, ACCOUNT_ERROR, ACCOUNT_ERROR_REFUSED,
			"the server lists %d folders, but no INBOX", probe->folders);
		return failed(probe, error);
	}
	ImapSelected selected;
	if (!imap_select(session, "INBOX", false, &selected, &error))
		return failed(probe, error);
	g_autofree char *text = g_strdup_printf(
		"%d folders, INBOX has %u messages", probe->folders, selected.exists);
	passed(probe, text, NULL);
	return true;
}

static bool
check_login(Probe *probe, ImapSession *session, const char *secret)
{
	const AccountConfig *account = probe->account;
	if (!secret && (account->password || account->password_command))
		return false; /* it could not be had, which was told */
	if (!secret) {
		passed(probe, "not tried: the config has no password (curlew asks for it)", NULL);
		return true;
	}
	g_autoptr(GError) error = NULL;
	if (!imap_login(session, account->incoming.user, secret, &error)) {
		g_prefix_error(&error, "as user %s: ", account->incoming.user);
		return failed(probe, error);
	}
	passed(probe, "the server took the password", "folders");
	return check_folders(probe, session);
}

static bool
check_imap(Probe *probe, Connection *connection, const char *secret)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ImapSession) session = imap_open(connection, &probe->account->incoming, &error);
	if (!session)
		return failed(probe, error);
	return check_login(probe, session, secret);
}

bool
probe_run(const AccountConfig *account, const char *secret_or_null, ProbeOnStep on_step, void *data)
{
	Probe probe = { .account = account, .on_step = on_step, .data = data, .step = "dns" };
	const Server *server = &account->incoming;
	if (!server->host) {
		passed(&probe, "this account needs no server", NULL);
		return true;
	}
	g_autoptr(GError) error = NULL;
	if (!config_can_log_in(account, &error)) {
		probe.step = "login";
		return failed(&probe, error);
	}
	ConnectionTarget target = {
		.server = server, .ca_file = account->ca_file, .pin = account->pin
	};
	g_autoptr(Connection) connection = connection_open_told(&target, on_stage, &probe, &error);
	if (!connection)
		return failed(&probe, error);
	if (server->security == SECURITY_PLAIN)
		passed(&probe, "not encrypted (tls = off)", "login");
	return check_imap(&probe, g_steal_pointer(&connection), secret_or_null);
}
