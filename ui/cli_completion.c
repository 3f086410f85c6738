#include <string.h>

#include "ui/cli_commands.h"
#include "ui/cli_private.h"

/* A shell whose completion can be printed: how it says a beginning, a command of ours, and an end. */
typedef struct Shell {
	const char *name;
	const char *begin, *end;
	void (*print)(GString *script, const CliCommand *command);
} Shell;

/* Names of accounts, and of folders as ACCOUNT/NAME; one that JSON has to escape is left out (92: backslash,
 * which the shells do not read alike). */
#define ACCOUNTS \
	"curlew folders --json 2>/dev/null | awk -F'\"' '/\"account\"/ { print $4 }' | sort -u"
#define FOLDERS                                                                         \
	"curlew folders --json 2>/dev/null | "                                          \
	"awk -F'\"' 'index($0, sprintf(\"%c\", 92)) { next } /\"account\"/ { a = $4 } " \
	"/\"name\"/ { print a \"/\" $4 }'"

/* ---- what stands behind a command ---- */

/* The words of its arguments that are meant as they stand: "init [ADDRESS] | check". The caller owns it. */
static char *
literal_words(const CliCommand *command)
{
	GString *words = g_string_new(NULL);
	g_auto(GStrv) split = g_strsplit(command->arguments ? command->arguments : "", " ", -1);
	for (char **word = split; *word; word++) {
		bool is_literal =
			**word && strspn(*word, "abcdefghijklmnopqrstuvwxyz") == strlen(*word);
		if (is_literal)
			g_string_append_printf(words, "%s%s", words->len ? " " : "", *word);
	}
	return g_string_free(words, FALSE);
}

static bool
takes(const CliCommand *command, const char *what)
{
	return command->arguments && strstr(command->arguments, what);
}

static bool
takes_folders(const CliCommand *command)
{
	return takes(command, "VIEW") || takes(command, "FOLDER");
}

/* In single quotes; ESCAPED: characters that get a backslash before them. The caller owns it. */
static char *
quote(const char *text, const char *escaped, const char *quote_inside)
{
	GString *quoted = g_string_new("'");
	for (; *text; text++) {
		if (*text == '\'')
			g_string_append(quoted, quote_inside);
		else if (strchr(escaped, *text))
			g_string_append_printf(quoted, "\\%c", *text);
		else
			g_string_append_c(quoted, *text);
	}
	g_string_append_c(quoted, '\'');
	return g_string_free(quoted, FALSE);
}

/* ---- bash ---- */

static void
print_bash(GString *script, const CliCommand *command)
{
	g_autofree char *words = literal_words(command);
	g_string_append_printf(
		script, "\t%s) words='%s", *command->name ? command->name : "*", words);
	for (const CliOption *option = command->options; option && option->name; option++)
		g_string_append_printf(script, " --%s", option->name);
	g_string_append(script, " --help'");
	if (takes(command, "ACCOUNT"))
		g_string_append(script, "; more=accounts");
	if (takes_folders(command))
		g_string_append(script, "; more=folders");
	g_string_append(script, " ;;\n");
}

/* ---- zsh ---- */

static void
print_zsh(GString *script, const CliCommand *command)
{
	g_autofree char *words = literal_words(command);
	g_string_append_printf(script, "\t%s) _arguments '--help[say more]'",
		*command->name ? command->name : "*");
	for (const CliOption *option = command->options; option && option->name; option++) {
		g_autofree char *help = quote(option->help, "[]:\\", "’");
		g_string_append_printf(script, " --%s%s'['%s']'%s%s", option->name,
			option->argument ? "=" : "", help, option->argument ? ":" : "",
			option->argument ? option->argument : "");
	}
	if (*words)
		g_string_append_printf(script, " '1: :(%s)'", words);
	if (takes(command, "ACCOUNT"))
		g_string_append(script, " '*: :_curlew_accounts'");
	if (takes_folders(command))
		g_string_append(script, " '*: :_curlew_folders'");
	g_string_append(script, " ;;\n");
}

/* ---- fish ---- */

static void
print_fish(GString *script, const CliCommand *command)
{
	bool is_reader = !*command->name;
	g_autofree char *help = quote(command->help, "\\", "\\'");
	g_autofree char *words = literal_words(command);
	g_autofree char *here =
		is_reader ? g_strdup("__fish_use_subcommand")
			  : g_strdup_printf("__fish_seen_subcommand_from %s", command->name);
	if (!is_reader)
		g_string_append_printf(script,
			"complete -c curlew -n __fish_use_subcommand -a %s -d %s\n", command->name,
			help);
	for (const CliOption *option = command->options; option && option->name; option++) {
		g_autofree char *what = quote(option->help, "\\", "\\'");
		g_string_append_printf(script, "complete -c curlew -n '%s' -l %s%s -d %s\n", here,
			option->name, option->argument ? " -r" : "", what);
	}
	if (*words)
		g_string_append_printf(script, "complete -c curlew -n '%s' -a '%s'\n", here, words);
	if (takes(command, "ACCOUNT"))
		g_string_append_printf(
			script, "complete -c curlew -n '%s' -a '(__curlew_accounts)'\n", here);
	if (takes_folders(command))
		g_string_append_printf(
			script, "complete -c curlew -n '%s' -a '(__curlew_folders)'\n", here);
}

/* ---- scripts ---- */

static const Shell shells[] = {
	{ "bash",
		"_curlew_accounts() { " ACCOUNTS "; }\n"
		"_curlew_folders() { " FOLDERS "; }\n"
		"_curlew() {\n"
		"\tlocal current=${COMP_WORDS[COMP_CWORD]} words= more=\n"
		"\tcase ${COMP_WORDS[1]} in\n",
		"\tesac\n"
		"\tif [ \"$COMP_CWORD\" = 1 ]; then words=\"$words --version "
		"$(_curlew_commands)\"; fi\n"
		"\tCOMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
		"\t[ -n \"$more\" ] || return 0\n"
		"\tlocal line # compgen would run a name that looks like a command\n"
		"\twhile IFS= read -r line; do\n"
		"\t\t[[ $line != \"$current\"* ]] || COMPREPLY+=(\"$(printf %q \"$line\")\")\n"
		"\tdone < <(\"_curlew_$more\")\n"
		"}\n"
		"complete -F _curlew curlew\n",
		print_bash },
	{ "zsh",
		"#compdef curlew\n"
		"_curlew_accounts() { compadd -- ${(f)\"$(" ACCOUNTS ")\"} }\n"
		"_curlew_folders() { compadd -- ${(f)\"$(" FOLDERS ")\"} }\n"
		"_curlew() {\n"
		"\tif (( CURRENT == 2 )); then _curlew_commands; fi\n"
		"\tcase $words[2] in\n",
		"\tesac\n"
		"}\n"
		"_curlew \"$@\"\n",
		print_zsh },
	{ "fish",
		"function __curlew_accounts; " ACCOUNTS "; end\n"
		"function __curlew_folders; " FOLDERS "; end\n"
		"complete -c curlew -f\n"
		"complete -c curlew -n __fish_use_subcommand -l version -d 'version, and those of "
		"the libraries'\n"
		"complete -c curlew -l help -d 'say more'\n",
		"", print_fish },
};

/* The names of all commands: bash as words, zsh with their help. */
static void
print_names(GString *script, const Shell *shell)
{
	bool is_zsh = g_str_equal(shell->name, "zsh");
	if (is_zsh)
		g_string_append(script, "_curlew_commands() {\n\tlocal -a rows=(");
	else
		g_string_append(script, "_curlew_commands() { echo");
	for (const CliCommand *command = cli_commands; command->name; command++) {
		g_autofree char *row = g_strdup_printf("%s:%s", command->name, command->help);
		g_autofree char *quoted = quote(row, "\\", "’");
		g_string_append_printf(script, " %s", is_zsh ? quoted : command->name);
	}
	g_string_append(script, is_zsh ? ")\n\t_describe command rows\n}\n" : "; }\n");
}

static void
print_script(const Shell *shell)
{
	g_autoptr(GString) script = g_string_new(NULL);
	g_autoptr(GString) names = g_string_new(NULL);
	if (shell->print != print_fish)
		print_names(names, shell);
	const char *body = shell->begin;
	if (g_str_has_prefix(body, "#compdef")) { /* must be the first line */
		size_t line = strcspn(body, "\n") + 1;
		g_string_append_len(script, body, (gssize)line);
		body += line;
	}
	g_string_append(script, names->str);
	g_string_append(script, body);
	for (const CliCommand *command = cli_commands; command->name; command++)
		shell->print(script, command);
	shell->print(script, &cli_reader); /* last: it is for what no command is */
	g_string_append(script, shell->end);
	cli_print_bytes(script->str, script->len);
}

int
cli_completion_run(Cli *cli)
{
	const char *name = cli_words(cli)[0];
	for (size_t i = 0; i < G_N_ELEMENTS(shells); i++) {
		if (g_str_equal(shells[i].name, name)) {
			print_script(&shells[i]);
			return CLI_DONE;
		}
	}
	cli_say("curlew completes in bash, zsh and fish, not in '%s'", name);
	return CLI_USAGE;
}
