package main

import (
	"context"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// writer creates or updates, with the cached client.
type writer struct{ client.Client }

// ensure makes the object as desired and says whether it had to be created. It reads from the cache and writes only
// what differs; fields that are not declared, such as the API server's defaults, are left alone.
func (w writer) ensure(ctx context.Context, desired client.Object) (created bool, err error) {
	existing := desired.DeepCopyObject().(client.Object)
	err = w.Get(ctx, client.ObjectKeyFromObject(desired), existing)
	if apierrors.IsNotFound(err) {
		if err := w.Create(ctx, desired); err != nil {
			// The cache may be behind our own write: its event will come.
			return false, client.IgnoreAlreadyExists(err)
		}
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if owner := metav1.GetControllerOf(desired); owner != nil && !isOwner(existing, owner) {
		return false, fmt.Errorf("%T %s belongs to someone else", existing, client.ObjectKeyFromObject(existing))
	}
	if !bring(existing, desired) {
		return false, nil
	}
	return false, w.Update(ctx, existing)
}

func isOwner(object client.Object, owner *metav1.OwnerReference) bool {
	controller := metav1.GetControllerOf(object)
	return controller != nil && controller.UID == owner.UID
}

// bring sets in existing what desired declares, and says whether anything was different.
func bring(existing, desired client.Object) bool {
	changed := set(existing.GetLabels(), desired.GetLabels(), existing.SetLabels)
	changed = set(existing.GetOwnerReferences(), desired.GetOwnerReferences(), existing.SetOwnerReferences) || changed
	switch want := desired.(type) {
	case *corev1.ServiceAccount:
		have := existing.(*corev1.ServiceAccount)
		return setField(&have.AutomountServiceAccountToken, want.AutomountServiceAccountToken) || changed
	case *corev1.ConfigMap:
		return setField(&existing.(*corev1.ConfigMap).Data, want.Data) || changed
	case *corev1.Service:
		return setField(&existing.(*corev1.Service).Spec, want.Spec) || changed
	case *corev1.ResourceQuota:
		return setField(&existing.(*corev1.ResourceQuota).Spec, want.Spec) || changed
	case *corev1.LimitRange:
		return setField(&existing.(*corev1.LimitRange).Spec, want.Spec) || changed
	case *rbacv1.Role:
		return setField(&existing.(*rbacv1.Role).Rules, want.Rules) || changed
	case *rbacv1.RoleBinding:
		return setField(&existing.(*rbacv1.RoleBinding).Subjects, want.Subjects) || changed
	case *appsv1.Deployment:
		return setField(&existing.(*appsv1.Deployment).Spec, want.Spec) || changed
	case *policyv1.PodDisruptionBudget:
		return setField(&existing.(*policyv1.PodDisruptionBudget).Spec, want.Spec) || changed
	case *networkingv1.NetworkPolicy:
		return setField(&existing.(*networkingv1.NetworkPolicy).Spec, want.Spec) || changed
	case *autoscalingv2.HorizontalPodAutoscaler:
		return setField(&existing.(*autoscalingv2.HorizontalPodAutoscaler).Spec, want.Spec) || changed
	case *corev1.Secret:
		// Made once; its contents are nobody's business afterwards.
		return changed
	}
	panic(fmt.Sprintf("no rule for %T", desired))
}

func setField[T any](have *T, want T) bool {
	return set(*have, want, func(value T) { *have = value })
}

// set uses the setter unless everything that want declares is in have already.
func set[T any](have, want T, setter func(T)) bool {
	if equality.Semantic.DeepDerivative(want, have) {
		return false
	}
	setter(want)
	return true
}
