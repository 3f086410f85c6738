#!/usr/bin/python3
"""Breaks the sync on purpose, one line at a time, and sees whether its scenarios or its random lives notice.

usage: mutants.py [NAME…]   builds in a copy of the tree; prints a line a mutant; fails if one lives on.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIVES, ROUNDS = 400, 6  # at most this many times so many lives for one mutant

# name, file, what stands there, what stands there instead
MUTANTS = [
    ("what is in doubt is never found", "backend/store/push_doubt.c",
     "memcmp(identity, doubt->identity, sizeof doubt->identity) == 0;", "false;"),
    ("in doubt is looked for where it was sent alone", "backend/core/push_doubts.c",
     "look_everywhere(&ask, false, &whole, error) &&", ""),
    ("a folder that refuses to be searched counts as searched", "backend/core/push_doubts.c",
     "	*searched = false;\n	return push_forgive", "	*searched = true;\n	return push_forgive"),
    ("a folder numbered anew counts as searched", "backend/core/push_doubts.c",
     "	if (!*searched)\n		return true;\n	uint32_t next",
     "	if (!*searched)\n		return *searched = true;\n	uint32_t next"),
    ("a source that is gone is asked for again", "backend/store/push_doubt.c",
     "if (!found || !gone || op->kind != OP_MOVE)", "if (true)"),
    ("any row may be what was sent", "backend/store/push_doubt.c",
     "*possible = !known ||", "*possible = true ||"),
    ("an OK of a STORE is believed", "backend/store/push_flags.c",
     '"UPDATE msg SET doubt=?,dkw=? WHERE id=?"', '"UPDATE msg SET base=loc,bkw=lkw,doubt=0*?,dkw=substr(?,1,0) WHERE id=?"'),
    ("there is no doubt", "backend/core/merge.c",
     "unsigned base = (row.base & ~row.doubt) | (server & row.doubt);", "unsigned base = row.base;"),
    ("doubt is of the last command alone", "backend/store/push_flags.c",
     "unsigned doubt = row->doubt | wish->set | wish->clear;", "unsigned doubt = wish->set | wish->clear;"),
    ("what was seen elsewhere first is fetched again", "backend/store/limbo.c",
     "return twin->id > row->id && twin->st", "return false && twin->st"),
    ("a body that never came is live when it comes back", "backend/store/rows.c",
     "row->st = row->st == ROW_LIMBO ? row->was : row->st;", "row->st = ROW_LIVE;"),
    ("what is agreed after an APPEND is what is wished now", "backend/store/push_ends.c",
     "row->base = sent.flags;", "row->base = row->loc;"),
    ("what was moved on is moved back", "backend/store/push_ends.c",
     "	if (row->folder == sent.to)\n		row->folder = folder;\n", ""),
    ("a pull's row of the same message stays", "backend/store/push_ends.c",
     "if (taken && other.id != row->id &&", "if (false && other.id != row->id &&"),
    ("a move by copy leaves its source", "backend/store/push_ends.c",
     "(!leaves || leave_ghost(store, &before, error))", "(true || leave_ghost(store, &before, error))"),
    ("what goes while it is on its way is believed gone", "backend/store/limbo.c",
     "*sent = op.state == OP_SENT && op.kind != OP_PURGE;", "*sent = false;"),
    ("a twin gets no wishes", "backend/store/limbo.c",
     "if (buried && has_twin && !hand_over(", "if (false && !hand_over("),
    ("what is in doubt rejoins what left another place", "backend/store/limbo.c",
     "	*may = *may && !doubtful;\n", ""),
    ("what is in doubt is taken for what left another place", "backend/store/rows.c",
     "	*found = *found && !doubtful;\n", ""),
    ("what was moved here is not appended when it is gone there", "backend/store/limbo.c",
     "*kept = op.kind == OP_MOVE && !op.asks && row->part == PART_FULL;", "*kept = false;"),
    ("old UIDs of a folder numbered anew are believed", "backend/store/rematch.c",
     "	row->uid = item->mate->uid;\n", "	row->uid = item->uid;\n"),
    ("what is in doubt in a folder numbered anew is looked for where it was", "backend/store/rematch.c",
     """sql_run(sql, error, "UPDATE op SET win=win||' '||?||':1' WHERE state=1", "i",
		       rematch->folder)""", "true"),
    ("flags of a folder numbered anew are not merged", "backend/store/rematch.c",
     "return !mail->has_flags ||", "return true ||"),
    ("the last change of a buried file is lost", "backend/store/limbo.c",
     "	if (flags == row->ff && file->folder == row->lfolder)", "	if (true)"),
    ("what left is buried although a folder was not read", "backend/core/round.c",
     "if (folder->failed || folder->known->state == FOLDER_HELD)\n			return false;",
     "if (false)\n			return false;"),
    ("a move is concluded while the server's place is not known", "backend/store/scan_files.c",
     "*fixed = row->st == ROW_LIMBO || op.state == OP_SENT;", "*fixed = false;"),
    ("a file is missed while its move is on its way", "backend/store/scan_missing.c",
     "if (op.state == OP_SENT)", "if (false)"),
    ("a body's directory is not synced", "backend/store/place.c",
     "fine = tree_sync(placing->subs[sub], error);", "fine = true;"),
    ("a followed file's directory is not synced", "backend/store/follow.c",
     "fine = tree_sync(following->to_subs[sub], error);", "fine = true;"),
    ("a body is adopted where another program put it", "backend/store/recover.c",
     "row.lfolder = row.sfolder ? row.sfolder : row.folder;", "row.lfolder = sweep->folder;"),
    ("all that has \\Deleted is expunged", "backend/core/push_purges.c",
     "return !same_uids(push->numbers, ask->uids) ||", "return"),
    ("a command is sent before it is durable", "backend/store/push_ops.c",
     '"UPDATE op SET state=1,dst=?,win=?,fl=?,arg=?,err=NULL WHERE id=?"',
     '"UPDATE op SET state=0,dst=?,win=?,fl=?,arg=?,err=NULL WHERE id=?"'),
]


def stale():
    """Those whose line is not where it was, with how often it is there."""
    counts = [(name, file, (ROOT / file).read_text().count(old)) for name, file, old, _ in MUTANTS]
    return [one for one in counts if one[2] != 1]


def run(tree, *words):
    return subprocess.run(words, cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def build(tree):
    done = run(tree, "ninja", "-C", "build-mutants", "tests/sync_model", "tests/scenario_test")
    return done.returncode == 0, done.stdout


def checks():
    """Cheapest first: the words of each, and what they are that notice."""
    yield ["env", "CURLEW_STRIDE=1000000", "build-mutants/tests/scenario_test"], "a scenario"
    yield ["build-mutants/tests/sync_model", str(LIVES)], "a life"
    yield ["build-mutants/tests/scenario_test"], "a scenario that dies"
    for at in range(1, ROUNDS):
        yield ["build-mutants/tests/sync_model", str(LIVES), str(at * LIVES)], "a life"


def is_caught(tree):
    """What noticed; None: it lives on."""
    for words, what in checks():
        done = run(tree, "timeout", "1200", *words)
        if done.returncode:
            said = [line for line in done.stdout.splitlines() if ": " in line and not line.startswith("[")]
            return f"{what}: {(said or ['it stops'])[0][:150]}"
    return None


def main(names):
    lived = 0
    if stale():
        print("\n".join(f"STALE  {name}: {file} has its line {times} times" for name, file, times in stale()))
        return 1
    with tempfile.TemporaryDirectory(prefix="curlew-mutants-") as directory:
        tree = pathlib.Path(directory) / "tree"
        shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns("build", "build-*", ".git"))
        done = run(tree, "meson", "setup", "build-mutants", "--buildtype=release", "-Dtests=true")
        fine, output = build(tree)
        if done.returncode or not fine:
            print(done.stdout, output)
            return 1
        for name, file, old, new in MUTANTS:
            if names and not any(word in name for word in names):
                continue
            path = tree / file
            text = path.read_text()
            path.write_text(text.replace(old, new))
            fine, output = build(tree)
            said = is_caught(tree) if fine else None
            print(f"{'caught' if said else 'LIVES' if fine else 'BROKEN'}  {name}: {said if fine else output[-300:]}",
                  flush=True)
            lived += not said
            path.write_text(text)
    print(f"{len(MUTANTS)} mutants, {lived} lived")
    return lived != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
