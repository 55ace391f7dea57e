//! Which language is spoken.

use std::cell::Cell;
use std::sync::atomic::{AtomicU8, Ordering};

/// A language that the program speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tongue {
    /// British English.
    #[default]
    English,
    /// Chinese in simplified characters.
    Chinese,
}

impl Tongue {
    /// All of them, as they are numbered.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// Its tag in BCP 47.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }

    /// The language of a locale as POSIX writes it, `zh_CN.UTF-8`; English for any that is
    /// not spoken.
    pub fn of_locale(locale: &str) -> Self {
        let language = locale.split(['_', '-', '.', '@']).next();
        if language.is_some_and(|language| language.eq_ignore_ascii_case("zh")) {
            Self::Chinese
        } else {
            Self::English
        }
    }
}

/// The language of the process, by its number.
static SPOKEN: AtomicU8 = AtomicU8::new(Tongue::English as u8);

thread_local! {
    /// What a thread speaks for a while in place of it.
    static FOR_A_WHILE: Cell<Option<Tongue>> = const { Cell::new(None) };
}

/// Speaks that language from now on.
pub fn speak(tongue: Tongue) {
    SPOKEN.store(tongue as u8, Ordering::Relaxed);
}

/// The language that is spoken.
pub fn tongue() -> Tongue {
    let spoken = || Tongue::ALL[usize::from(SPOKEN.load(Ordering::Relaxed)) % Tongue::ALL.len()];
    FOR_A_WHILE.get().unwrap_or_else(spoken)
}

/// Does something in another language, on this thread: what is written for programs is
/// English for everyone.
pub fn in_tongue<T>(tongue: Tongue, work: impl FnOnce() -> T) -> T {
    /// Puts the language back, also when `work` panics.
    struct Back(Option<Tongue>);
    impl Drop for Back {
        fn drop(&mut self) {
            FOR_A_WHILE.set(self.0);
        }
    }
    let _back = Back(FOR_A_WHILE.replace(Some(tongue)));
    work()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_tells_its_language() {
        for locale in ["zh_CN.UTF-8", "zh", "zh-Hans-CN", "zh_TW", "ZH_CN@pinyin"] {
            assert_eq!(Tongue::of_locale(locale), Tongue::Chinese, "{locale}");
        }
        for locale in ["", "C", "POSIX", "en_GB.UTF-8", "de_DE", "zha_CN"] {
            assert_eq!(Tongue::of_locale(locale), Tongue::English, "{locale}");
        }
    }

    #[test]
    fn another_language_for_a_while_is_put_back() {
        assert_eq!(tongue(), Tongue::English);
        let outer = in_tongue(Tongue::Chinese, || {
            let inner = in_tongue(Tongue::English, tongue);
            assert_eq!(inner, Tongue::English);
            tongue()
        });
        assert_eq!(outer, Tongue::Chinese);
        assert_eq!(tongue(), Tongue::English);
        let panicked = std::panic::catch_unwind(|| {
            in_tongue(Tongue::Chinese, || panic!("a test of what follows"));
        });
        assert!(panicked.is_err());
        assert_eq!(tongue(), Tongue::English);
    }
}
