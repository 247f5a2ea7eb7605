//! A short unified diff of two texts, for a check that says what drifted.

/// Lines of agreement shown around a difference.
const CONTEXT: usize = 2;

/// One step from the old text to the new one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Keep(usize, usize),
    Drop(usize),
    Add(usize),
}

/// The difference, no longer than `limit` lines; `None` where there is none.
pub fn unified(name: &str, old: &str, new: &str, limit: usize) -> Option<String> {
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    if old == new {
        return None;
    }
    let steps = steps(&old, &new);
    let near = |at: usize| {
        let around = &steps[at.saturating_sub(CONTEXT)..(at + CONTEXT + 1).min(steps.len())];
        around.iter().any(|step| !matches!(step, Step::Keep(..)))
    };
    let mut lines = vec![format!("--- {name} (checked in)"), format!("+++ {name} (generated)")];
    let mut shown = false;
    let (mut old_line, mut new_line) = (1, 1);
    for (at, step) in steps.iter().enumerate() {
        let near = near(at);
        if near && !shown {
            lines.push(format!("@@ -{old_line} +{new_line} @@"));
        }
        shown = near;
        let line = match *step {
            Step::Keep(i, _) => format!(" {}", old[i]),
            Step::Drop(i) => format!("-{}", old[i]),
            Step::Add(j) => format!("+{}", new[j]),
        };
        old_line += usize::from(!matches!(step, Step::Add(_)));
        new_line += usize::from(!matches!(step, Step::Drop(_)));
        if near {
            lines.push(line);
        }
    }
    if lines.len() > limit {
        let more = lines.len() - limit;
        lines.truncate(limit);
        lines.push(format!("… and {more} lines more"));
    }
    Some(lines.join("\n"))
}

/// The way with the most lines kept. The texts are headers of some thousand lines, so the plain table is fast enough.
fn steps(old: &[&str], new: &[&str]) -> Vec<Step> {
    // What agrees at both ends is most of it and need not enter the table.
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let (rows, columns) = (old.len() - head - tail, new.len() - head - tail);
    let same = |i: usize, j: usize| old[head + i] == new[head + j];
    let mut kept = vec![vec![0u32; columns + 1]; rows + 1];
    for i in (0..rows).rev() {
        for j in (0..columns).rev() {
            kept[i][j] = if same(i, j) { kept[i + 1][j + 1] + 1 } else { kept[i + 1][j].max(kept[i][j + 1]) };
        }
    }
    let mut steps: Vec<_> = (0..head).map(|at| Step::Keep(at, at)).collect();
    let (mut i, mut j) = (0, 0);
    while i < rows || j < columns {
        if i < rows && j < columns && same(i, j) {
            steps.push(Step::Keep(head + i, head + j));
            (i, j) = (i + 1, j + 1);
        } else if j == columns || (i < rows && kept[i + 1][j] >= kept[i][j + 1]) {
            steps.push(Step::Drop(head + i));
            i += 1;
        } else {
            steps.push(Step::Add(head + j));
            j += 1;
        }
    }
    steps.extend((0..tail).map(|at| Step::Keep(old.len() - tail + at, new.len() - tail + at)));
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_no_difference_whatever_their_line_ends() {
        assert_eq!(unified("x", "a\nb\n", "a\r\nb\r\n", 9), None);
    }

    #[test]
    fn a_difference_is_shown_with_what_stands_around_it() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let new = "1\n2\n3\n4\nfive\n6\n7\n8\n9\nten\n";
        let wanted = "--- x (checked in)\n+++ x (generated)\n@@ -3 +3 @@\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n 9\n+ten";
        assert_eq!(unified("x", old, new, 99).as_deref(), Some(wanted));
    }

    #[test]
    fn far_differences_stand_apart_and_a_long_one_is_cut() {
        let old = "a\n1\n2\n3\n4\n5\n6\nb\n";
        let wanted = "--- x (checked in)\n+++ x (generated)\n@@ -1 +1 @@\n-a\n+A\n 1\n 2\n@@ -6 +6 @@\n 5\n 6\n-b\n+B";
        let new = old.replace('a', "A").replace('b', "B");
        assert_eq!(unified("x", old, &new, 99).as_deref(), Some(wanted));
        assert_eq!(unified("x", old, &new, 4).unwrap().lines().last(), Some("… and 8 lines more"));
    }

    #[test]
    fn a_text_may_be_empty() {
        assert!(unified("x", "", "a\n", 9).unwrap().ends_with("@@ -1 +1 @@\n+a"));
        assert!(unified("x", "a\n", "", 9).unwrap().ends_with("@@ -1 +1 @@\n-a"));
    }
}
