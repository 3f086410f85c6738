#include <string.h>

#include "backend/account.h"
#include "ui/cli_commands.h"
#include "ui/cli_deeds.h"

/* Where to: the folder with a role, or of a name, in each copy's own account or in one for all. */
typedef struct Target {
	FolderRole role;
	const char *folder;           /* NULL: the role's */
	const AccountConfig *account; /* NULL: each copy's own */
} Target;

static FolderRole
role_of(const char *word)
{
	g_autofree char *lower = g_ascii_strdown(word, -1);
	return folder_role_of_word(lower);
}

static Target
target_of(const Cli *cli, const char *word)
{
	const char *slash = strchr(word, '/');
	g_autofree char *name = slash ? g_strndup(word, (size_t)(slash - word)) : NULL;
	const AccountConfig *account = name ? config_account(cli_config(cli), name) : NULL;
	const char *folder = account ? slash + 1 : word;
	return (Target){ account ? ROLE_NONE : role_of(word), folder, account };
}

/* False after a sentence. */
static bool
has_role(Envelopes *store, const AccountConfig *account, FolderRole role)
{
	int64_t folder = 0;
	const char *word = folder_role_word(role);
	if (envelopes_role_folder(store, role, &folder, NULL) && folder)
		return true;
	cli_say("%s has no %s folder; name it in the config: %s = \"…\"", account->name, word,
		word);
	return false;
}

/* False after a sentence. */
static bool
has_folder(Envelopes *store, const AccountConfig *account, const char *name)
{
	g_autoptr(GPtrArray) folders = envelopes_folders(store, NULL);
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (guint i = 0; folders && i < folders->len; i++)
		g_ptr_array_add(names, ((FolderRow *)folders->pdata[i])->name);
	g_ptr_array_add(names, NULL);
	if (g_strv_contains((const char *const *)names->pdata, name))
		return true;
	g_autofree char *nearest = config_hint(name, (const char *const *)names->pdata);
	cli_say("%s has no folder '%s'%s", account->name, name, nearest);
	return false;
}

static bool
can(Envelopes *store, const AccountConfig *account, void *data)
{
	const Target *target = data;
	return target->role != ROLE_NONE ? has_role(store, account, target->role)
	                                 : has_folder(store, account, target->folder);
}

int
cli_move_run(Cli *cli)
{
	bool copies = cli_has(cli, "copy");
	Target target = target_of(cli, cli_words(cli)[0]);
	g_autofree char *query = cli_words_text(cli, 1);
	g_autoptr(JsonObject) question = account_question(copies ? "copy" : "move");
	if (target.role != ROLE_NONE)
		json_set_text(question, "role", folder_role_word(target.role));
	else
		json_set_text(question, "folder", target.folder);
	if (target.account) /* where messages of others go, too */
		json_set_text(question, "account", target.account->name);
	CliDeed deed = { .query = query,
		.question = question,
		.past = copies ? "copied" : "moved",
		.once = copies,
		.account = target.account,
		.can = can,
		.data = &target };
	return cli_do(cli, &deed);
}
