#include <errno.h>
#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "backend/config_private.h"
#include "backend/error.h"

enum {
	COMMAND_SECONDS = 30,
	SECRET_LIMIT = 64 * 1024,
	COMPLAINT_LIMIT = 500,
};

/* Outputs of the program: what fits is kept, the rest is read and thrown away. */
typedef struct Output {
	int file; /* -1: at its end */
	size_t length, limit;
	char *bytes; /* LIMIT of them */
} Output;

static void
output_clear(Output *output)
{
	explicit_bzero(output->bytes, output->limit);
	g_clear_pointer(&output->bytes, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Output, output_clear)

static Output
output_of(GInputStream *pipe, size_t limit)
{
	int file = g_unix_input_stream_get_fd(G_UNIX_INPUT_STREAM(pipe));
	return (Output){ .file = file, .limit = limit, .bytes = g_malloc0(limit) };
}

static void
output_read(Output *output)
{
	char chunk[4096];
	ssize_t count = read(output->file, chunk, sizeof chunk);
	if (count < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (count <= 0) {
		output->file = -1;
		return;
	}
	size_t kept = MIN((size_t)count, output->limit - output->length);
	memcpy(output->bytes + output->length, chunk, kept);
	output->length += kept;
	explicit_bzero(chunk, sizeof chunk);
}

static bool
is_readable(int file)
{
	struct pollfd one = { .fd = file, .events = POLLIN };
	return file >= 0 && poll(&one, 1, 0) > 0;
}

static void
read_rest(Output *output)
{
	while (is_readable(output->file))
		output_read(output);
}

/* Reads both until the program has left (PROCESS -1: it has); what it wrote before is read, what its children
 * keep open is not. */
static bool
read_until_exit(int process, Output *output, Output *complaint, int seconds)
{
	int64_t deadline = g_get_monotonic_time() + (int64_t)seconds * G_USEC_PER_SEC;
	for (;;) {
		struct pollfd all[] = {
			{ .fd = process, .events = POLLIN },
			{ .fd = output->file, .events = POLLIN },
			{ .fd = complaint->file, .events = POLLIN },
		};
		int64_t left = deadline - g_get_monotonic_time();
		if (process < 0) {
			read_rest(output);
			read_rest(complaint);
			return true;
		}
		if (left <= 0)
			return false;
		if (poll(all, G_N_ELEMENTS(all), (int)(left / 1000) + 1) < 0)
			continue;
		if (all[1].revents)
			output_read(output);
		if (all[2].revents)
			output_read(complaint);
		if (all[0].revents & POLLIN)
			process = -1;
	}
}

/* -1 if it has left (and was reaped) already. */
static int
watch_process(GSubprocess *program)
{
	const char *identifier = g_subprocess_get_identifier(program);
	return identifier ? (int)syscall(SYS_pidfd_open, (pid_t)atoi(identifier), 0) : -1;
}

/* What the program complained about, in one line of valid UTF-8. */
static char *
complaint_text(const Output *complaint)
{
	g_autofree char *text = g_utf8_make_valid(complaint->bytes, (gssize)complaint->length);
	g_strstrip(g_strdelimit(text, "\r\n\t", ' '));
	return *text ? g_strconcat(": ", text, NULL) : g_strdup("");
}

static bool
check_exit(GSubprocess *program, const char *name, const Output *complaint, GError **error)
{
	g_autofree char *text = complaint_text(complaint);
	if (!g_subprocess_wait(program, NULL, error))
		return false;
	if (g_subprocess_get_successful(program))
		return true;
	if (g_subprocess_get_if_signaled(program))
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_AUTH,
			"password-command '%s' was ended by signal %d%s", name,
			g_subprocess_get_term_sig(program), text);
	else
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_AUTH,
			"password-command '%s' failed (exit %d)%s", name,
			g_subprocess_get_exit_status(program), text);
	return false;
}

static char *
first_line(const Output *output, const char *name, GError **error)
{
	const char *end = memchr(output->bytes, '\n', output->length);
	size_t length = end ? (size_t)(end - output->bytes) : output->length;
	const char *wrong = NULL;
	if (!end && output->length == output->limit)
		wrong = "printed a line of more than 64 kB";
	if (length > 0 && output->bytes[length - 1] == '\r')
		length--;
	if (length == 0)
		wrong = "printed no password (its first line is empty)";
	else if (memchr(output->bytes, '\0', length))
		wrong = "printed a NUL";
	if (!wrong)
		return g_strndup(output->bytes, length);
	g_set_error(
		error, ACCOUNT_ERROR, ACCOUNT_ERROR_AUTH, "password-command '%s' %s", name, wrong);
	return NULL;
}

/* Our own programs ignore SIGPIPE; a program that is someone else's must not inherit that. */
static void
restore_signals(void *data)
{
	signal(SIGPIPE, SIG_DFL);
}

char *
secret_from_command(char **argv, int seconds, GError **error)
{
	g_autoptr(GError) reason = NULL;
	g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
		G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
	g_subprocess_launcher_set_child_setup(launcher, restore_signals, NULL, NULL);
	g_autoptr(GSubprocess) program =
		g_subprocess_launcher_spawnv(launcher, (const char *const *)argv, &reason);
	if (!program) {
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_AUTH,
			"password-command cannot be started: %s", reason->message);
		return NULL;
	}
	g_auto(Output) output = output_of(g_subprocess_get_stdout_pipe(program), SECRET_LIMIT);
	g_auto(Output) complaint =
		output_of(g_subprocess_get_stderr_pipe(program), COMPLAINT_LIMIT);
	int process = watch_process(program);
	bool left = read_until_exit(process, &output, &complaint, seconds);
	if (process >= 0)
		close(process);
	if (!left) {
		g_subprocess_force_exit(program);
		g_autofree char *text = complaint_text(&complaint);
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_AUTH,
			"password-command '%s' did not end within %d s%s", argv[0], seconds, text);
		return NULL;
	}
	if (!check_exit(program, argv[0], &complaint, error))
		return NULL;
	return first_line(&output, argv[0], error);
}

bool
config_can_log_in(const AccountConfig *account, GError **error)
{
	bool pop3 = account->incoming.scheme == SERVER_POP3;
	if (!pop3 && g_strcmp0(account->auth, "xoauth2") != 0)
		return true;
	g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_USAGE,
		"%s is not built yet; nothing was sent", pop3 ? "POP3" : "auth = xoauth2");
	return false;
}

char *
config_secret(const AccountConfig *account, GError **error)
{
	if (account->password)
		return g_strdup(account->password);
	if (!account->password_command) {
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_AUTH,
			"%s: no password (password-command = … or password = … in the config)",
			account->name);
		return NULL;
	}
	char *secret = secret_from_command(account->password_command, COMMAND_SECONDS, error);
	if (!secret)
		g_prefix_error(error, "%s: ", account->name);
	return secret;
}

void
config_secret_free(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));
	g_free(secret);
}
