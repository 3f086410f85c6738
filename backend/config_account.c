#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/config_private.h"

static void
account_free(void *data)
{
	AccountConfig *account = data;
	g_free(account->name);
	g_free(account->full_name);
	g_free(account->email);
	g_free(account->path);
	g_free(account->mail_root);
	server_clear(&account->incoming);
	server_clear(&account->outgoing);
	g_strfreev(account->password_command);
	config_secret_free(account->password);
	g_free(account->auth);
	g_free(account->ca_file);
	g_free(account->pin);
	g_strfreev(account->folders);
	g_free(account->sent);
	g_free(account->drafts);
	g_free(account->trash);
	g_free(account->archive);
	g_free(account->junk);
	g_free(account);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AccountConfig, account_free)

char *
config_check_account_name(const char *name)
{
	enum { NAME_LIMIT = 64 };
	/* What lies beside the accounts' directories in the state directory. */
	static const char *const taken[] = { "drafts", "screen.json", "tags.dump", NULL };
	for (const char *c = name; *c; c++)
		if (!g_ascii_isalnum(*c) && !strchr("._-", *c))
			return g_strdup_printf("an account's name has letters, digits, '.', '_', "
					       "'-' only, not '%s'",
				name);
	if (!*name || *name == '.' || strlen(name) > NAME_LIMIT)
		return g_strdup_printf("'%s' cannot be an account's name: it is empty, begins "
				       "with '.' or is longer than %d",
			name, NAME_LIMIT);
	if (g_strv_contains(taken, name) || g_str_has_prefix(name, "index.") ||
		g_str_has_prefix(name, "curlew.log"))
		return g_strdup_printf("'%s' is the name of a file of curlew's own", name);
	return NULL;
}

bool
config_is_address(const char *text)
{
	const char *at = strrchr(text, '@');
	for (const char *c = text; *c; c++)
		if (g_ascii_iscntrl(*c) || strchr(" <>,;\"", *c))
			return false;
	return at && at > text && at[1] && at[1] != '.' && strlen(text) <= 254;
}

/* A directory below the mail root that no other part of the tree can be mistaken for. */
static char *
check_account_path(const char *path)
{
	static const char *const taken[] = { "", ".", "..", "cur", "new", "tmp", ".notmuch", NULL };
	g_auto(GStrv) levels = g_strsplit(path, "/", -1);
	for (char **level = levels; *level; level++)
		if (g_strv_contains(taken, *level))
			return g_strdup_printf("'%s' is no directory below mail-root; write it as"
					       " seen from there, without / at its ends, ., .., "
					       "cur, new, tmp, .notmuch",
				path);
	return *levels ? NULL : g_strdup("'path' is empty");
}

typedef struct Maker {
	const Config *config;
	ConfigBlock *block;
	GPtrArray *problems;
	bool was_bad; /* something was told: what is missing here may be what is wrong there */
} Maker;

static void G_GNUC_PRINTF(3, 4) reject(Maker *maker, const char *key, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *sentence = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	const ConfigEntry *entry = key ? config_block_entry(maker->block, key) : NULL;
	config_add_problem(maker->problems, entry ? entry->value.line : maker->block->line,
		entry ? entry->value.column : maker->block->column, "%s", sentence);
	maker->block->bad = true;
}

static const char *
text_of(const Maker *maker, const char *key)
{
	return config_text(maker->config, maker->block, key);
}

static char *
copy_of(const Maker *maker, const char *key)
{
	const char *text = text_of(maker, key);
	return g_strdup(text && *text ? text : NULL);
}

/* An address that was told already stands for a user as well as a right one. */
static const char *
user_of(const Maker *maker, const AccountConfig *account)
{
	return account->email || !maker->was_bad ? account->email : "user@example.org";
}

static void
make_incoming(Maker *maker, AccountConfig *account, bool tls_off)
{
	g_autoptr(GError) error = NULL;
	const char *url = text_of(maker, "incoming");
	if (!url && maker->was_bad)
		return;
	if (!url)
		reject(maker, NULL, "account '%s' has no 'incoming' (imaps://… or local:)",
			account->name);
	else if (!server_parse(url, user_of(maker, account), tls_off, &account->incoming, &error))
		reject(maker, "incoming", "%s", error->message);
	else if (account->incoming.scheme == SERVER_SMTP ||
		 account->incoming.scheme == SERVER_SENDMAIL)
		reject(maker, "incoming",
			"this address sends mail: it belongs to 'outgoing'; 'incoming' is "
			"imaps://, "
			"imap://, pop3s://, pop3:// or local:");
	else if (account->incoming.scheme == SERVER_POP3) {
		const ConfigEntry *entry = config_block_entry(maker->block, "incoming");
		config_add_warning(maker->problems, entry->value.line, entry->value.column,
			"POP3 is not used yet");
	}
}

static void
make_outgoing(Maker *maker, AccountConfig *account, bool tls_off)
{
	g_autoptr(GError) error = NULL;
	const char *url = text_of(maker, "outgoing");
	if (!url)
		return;
	const char *user =
		account->incoming.user ? account->incoming.user : user_of(maker, account);
	if (!server_parse(url, user, tls_off, &account->outgoing, &error))
		reject(maker, "outgoing", "%s", error->message);
	else if (account->outgoing.scheme != SERVER_SMTP &&
		 account->outgoing.scheme != SERVER_SENDMAIL)
		reject(maker, "outgoing",
			"'outgoing' is smtps://, smtp:// or sendmail:/path, not '%s'", url);
	else
		account->has_outgoing = true;
}

static void
make_servers(Maker *maker, AccountConfig *account)
{
	bool tls_off = !config_truth(maker->config, maker->block, "tls");
	make_incoming(maker, account, tls_off);
	make_outgoing(maker, account, tls_off);
	if (tls_off && !maker->block->bad && account->incoming.security != SECURITY_PLAIN &&
		account->outgoing.security != SECURITY_PLAIN)
		reject(maker, "tls",
			"tls = off has no effect here: it is for imap://, pop3:// and smtp:// "
			"(imaps:// always encrypts)");
}

static void
make_secret(Maker *maker, AccountConfig *account)
{
	const ConfigEntry *command = config_block_entry(maker->block, "password-command");
	if (command)
		account->password_command = config_value_command(&command->value);
	account->password = copy_of(maker, "password");
	account->auth = copy_of(maker, "auth");
	if (account->password && command)
		reject(maker, "password", "'password' and 'password-command' exclude each other");
	if (config_block_entry(maker->block, "outgoing-password") &&
		config_block_entry(maker->block, "outgoing-password-command"))
		reject(maker, "outgoing-password",
			"'outgoing-password' and 'outgoing-password-command' exclude each other");
	const ConfigEntry *auth = config_block_entry(maker->block, "auth");
	if (auth && g_strcmp0(account->auth, "xoauth2") == 0)
		config_add_warning(maker->problems, auth->line, auth->column,
			"'auth = xoauth2' is not built yet: curlew does not log in with it");
}

static void
make_pin(Maker *maker, AccountConfig *account)
{
	enum { HEX_DIGITS = 64 };
	static const char prefix[] = "sha256:";
	const char *pin = text_of(maker, "pin");
	if (!pin)
		return;
	const char *hex = g_str_has_prefix(pin, prefix) ? pin + strlen(prefix) : "";
	if (strlen(hex) != HEX_DIGITS || strspn(hex, "0123456789abcdefABCDEF") != HEX_DIGITS)
		reject(maker, "pin", "'pin' is sha256: and 64 hex digits");
	else
		account->pin = g_ascii_strdown(pin, -1);
}

static void
make_limits(Maker *maker, AccountConfig *account)
{
	account->download = g_strcmp0(text_of(maker, "download"), "headers") == 0 ? DOWNLOAD_HEADERS
	                                                                          : DOWNLOAD_FULL;
	account->max_size = config_number(maker->config, maker->block, "max-size");
	account->max_age = MAX(config_number(maker->config, maker->block, "max-age"), 0);
	account->poll = config_number(maker->config, maker->block, "poll");
	int64_t seconds;
	const char *poll = text_of(maker, "poll"); /* NULL: it was told that this is no text */
	if (poll && config_parse_duration(poll, NULL, &seconds) && seconds < 1)
		reject(maker, "poll", "'poll' is at least 1 (second)");
	account->folders = config_list(maker->config, maker->block, "folders");
}

static void
make_roles(Maker *maker, AccountConfig *account)
{
	account->sent = copy_of(maker, "sent");
	account->drafts = copy_of(maker, "drafts");
	account->trash = copy_of(maker, "trash");
	account->archive = copy_of(maker, "archive");
	account->junk = copy_of(maker, "junk");
}

static void
make_identity(Maker *maker, AccountConfig *account)
{
	account->full_name = copy_of(maker, "name");
	account->email = copy_of(maker, "email");
	if (account->email && !config_is_address(account->email))
		reject(maker, "email", "'%s' is no address (ada@example.org)", account->email);
	const char *path = text_of(maker, "path");
	account->path = g_strdup(path ? path : account->name);
	account->mail_root = config_mail_root(maker->config);
	g_autofree char *wrong = check_account_path(account->path);
	if (wrong)
		reject(maker, "path", "%s", wrong);
}

/* Neither directory may hold the other: two agents would take each other's mail for their own. */
static void
check_shared_path(Maker *maker, const AccountConfig *account, const GPtrArray *others)
{
	g_autofree char *own = g_strconcat(account->path, "/", NULL);
	for (guint i = 0; i < others->len; i++) {
		const AccountConfig *other = g_ptr_array_index(others, i);
		g_autofree char *theirs = g_strconcat(other->path, "/", NULL);
		if (g_str_has_prefix(own, theirs) || g_str_has_prefix(theirs, own))
			reject(maker, "path",
				"the directory '%s' and that of account '%s' ('%s') lie in each "
				"other",
				account->path, other->name, other->path);
	}
}

/* It may come later, or be on a disk that is not there now. */
static void
make_ca_file(Maker *maker, AccountConfig *account)
{
	account->ca_file = copy_of(maker, "ca-file");
	if (!account->ca_file || g_access(account->ca_file, R_OK) == 0)
		return;
	const ConfigEntry *entry = config_block_entry(maker->block, "ca-file");
	config_add_warning(maker->problems, entry->value.line, entry->value.column,
		"'ca-file' cannot be read: %s: %s", account->ca_file, g_strerror(errno));
}

static AccountConfig *
make_account(Maker *maker, const GPtrArray *others)
{
	g_autoptr(AccountConfig) account = g_new0(AccountConfig, 1);
	const char *name = maker->block->name;
	g_autofree char *wrong = name ? config_check_account_name(name) : NULL;
	if (wrong)
		reject(maker, NULL, "%s", wrong);
	account->name = g_strdup(name && !wrong ? name : "account"); /* told above */
	account->block = maker->block;
	make_identity(maker, account);
	make_servers(maker, account);
	make_secret(maker, account);
	make_pin(maker, account);
	make_limits(maker, account);
	make_roles(maker, account);
	make_ca_file(maker, account);
	if (!maker->was_bad)
		check_shared_path(maker, account, others);
	return maker->block->bad ? NULL : g_steal_pointer(&account);
}

GPtrArray *
config_make_accounts(const Config *config, ConfigBlock *root, GPtrArray *problems)
{
	GPtrArray *accounts = g_ptr_array_new_with_free_func(account_free);
	for (guint i = 0; i < root->blocks->len; i++) {
		ConfigBlock *block = g_ptr_array_index(root->blocks, i);
		if (!g_str_equal(block->kind, "account"))
			continue;
		/* one with a mistake is not used, but its others are to be told in the same run */
		Maker maker = { config, block, problems, block->bad };
		if (root->bad && !block->bad)
			reject(&maker, NULL,
				"account '%s' is not used until the options for all accounts are "
				"right",
				block->name);
		AccountConfig *account = make_account(&maker, accounts);
		if (account)
			g_ptr_array_add(accounts, account);
	}
	return accounts;
}
