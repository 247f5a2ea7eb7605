use super::*;

fn authority(name: &str) -> CertificateDer<'static> {
    let mut parameters = rcgen::CertificateParams::new(Vec::new()).unwrap();
    parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    parameters.distinguished_name.push(rcgen::DnType::CommonName, name);
    parameters.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap().der().clone()
}

fn verifier(ca_certificates: &[CertificateDer<'static>]) -> Result<Verifier> {
    Verifier::new(rustls::crypto::ring::default_provider().signature_verification_algorithms, ca_certificates)
}

#[test]
fn clients_with_the_same_authorities_share_them_and_others_never_do() {
    let anchors = |name| verifier(&[authority(name)]).unwrap().further;
    let (one, other) = (anchors("one"), anchors("other"));
    let first = roots(&one);
    assert!(Arc::ptr_eq(&first, &roots(&one)));
    let second = roots(&other);
    assert!(!Arc::ptr_eq(&first, &second));
    assert!(!Arc::ptr_eq(&second, &roots(&[])), "the system's with nothing added");
    assert_eq!(first.len(), roots(&[]).len() + 1);
}

#[test]
fn the_bundled_authorities_are_for_systems_without_any_or_that_fetch_theirs_one_by_one() {
    assert!(roots_of(Vec::new(), true).len() > 100);
    assert!(roots_of(vec![CertificateDer::from(b"no certificate".to_vec())], true).len() > 100);
    let own = authority("a company's");
    assert_eq!(roots_of(vec![own.clone()], true).len(), 1);
    assert_eq!(roots_of(vec![own], false).len(), webpki_roots::TLS_SERVER_ROOTS.len() + 1);
}

#[cfg(windows)]
#[test]
fn on_windows_all_of_the_bundled_ones_are_there() {
    let roots = system_roots();
    assert!(webpki_roots::TLS_SERVER_ROOTS.iter().all(|bundled| roots.roots.contains(bundled)));
}

/// Before anything is connected, though the system's are read only then.
#[test]
fn a_certificate_that_can_not_be_used_is_the_configurations_fault() {
    let error = verifier(&[CertificateDer::from(b"no certificate".to_vec())]).expect_err("must be refused");
    assert_eq!(error.code, Code::Configuration);
    assert!(error.message.contains("ca_certificates"), "{error}");
}
